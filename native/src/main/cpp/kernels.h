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

// critic_penalty.h over flat arguments.
//   sizes:     batch, groups, agents, samples, action_size, state_size, hidden, density_per_sample
//   constants: temperature, epsilon, gradient_scale
//   arrays:    addresses of state, others, sampled, log_density, weights; the eight parameters;
//              lse, corrected (or 0); the eight gradients (or 0), in the order of the structs
int critic_penalty(int element_bytes, const int* sizes, const double* constants,
                   const int64_t* arrays) noexcept;
