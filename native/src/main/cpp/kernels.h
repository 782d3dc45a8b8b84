// Entry points of the kernels for the JavaCPP bindings. None of them throws: a status other than 0
// says that last_error() holds a sentence.
#pragma once

#include <cstdint>

// Instruction sets, in the order of preference. choose_variant refuses what the processor lacks.
enum KernelVariant { KERNEL_GENERIC = 0, KERNEL_AVX2 = 1, KERNEL_AVX512 = 2 };

// Best variant of this processor.
int best_variant() noexcept;

// Variant in use; the best one until choose_variant.
int current_variant() noexcept;

int choose_variant(int variant) noexcept;

const char* last_error() noexcept;

// Runs a kernel of kernel_list.h over named arguments: the members of its sizes and of its arrays,
// as arguments.h says. The number of values comes with them, because a list of another length is
// refused. An array may be left out, or have the address 0, where the kernel's header says so and
// where it has no elements.
//   element_bytes: of a real number, 4 or 8
int run_kernel(const char* kernel, int element_bytes, const char* names, const int64_t* values,
               int count) noexcept;
