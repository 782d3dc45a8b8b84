// Set-up of the process that must happen before LibTorch allocates or starts threads.
#pragma once

// Result of configure_allocator and of thread_arena.
enum CfcqlAllocator {
    CFCQL_ALLOCATOR_SET = 0,
    CFCQL_ALLOCATOR_REFUSED = 1,
    CFCQL_ALLOCATOR_OTHER = 2
};

// Keeps large blocks in the heap of glibc, so that they are recycled instead of being mapped and
// page-faulted afresh for each tensor. Returns a CfcqlAllocator.
int configure_allocator() noexcept;

// 0: this thread allocates from the main arena, where blocks of any size are recycled; 1: from a
// thread arena, whose heaps end at 64 MB, so larger blocks are still mapped; 2: not glibc, or
// another library's malloc.
int thread_arena() noexcept;

// Sets an environment variable of the process for the C libraries that are loaded later.
// A variable that is already set is kept. Returns 0 if set, 1 if kept, 2 on an error.
int set_environment(const char* name, const char* value) noexcept;

// Makes the C library's exit() end this process before any destructor of a library runs. Of use
// when the Java machine ends while a thread of it computes: LibTorch's objects would be destroyed
// under that thread's feet. What must be written is written by then, by the hooks of the Java
// machine.
void leave_without_destructors() noexcept;

// Processor whose kernels the OpenBLAS of LibTorch uses, "" if it is not loaded or not known.
const char* openblas_core() noexcept;
