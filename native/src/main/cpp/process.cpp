#include "process.h"

#include <cstdint>
#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif
#ifndef _WIN32
#include <dlfcn.h>
#include <unistd.h>
#endif

#ifdef __GLIBC__
namespace {

// Whether malloc is glibc's own and not that of a library loaded before it, as jemalloc, a
// sanitizer or a checker of the heap are: mallopt would be told to nobody, and the words around a
// block would mean something else.
bool glibc_allocates() {
    void* library = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
    if (library == nullptr) {
        return false;
    }
    const void* own = dlsym(library, "malloc");
    const bool same = own != nullptr && own == dlsym(RTLD_DEFAULT, "malloc");
    dlclose(library);
    return same;
}

}  // namespace
#endif

int configure_allocator() noexcept {
#ifdef __GLIBC__
    if (!glibc_allocates()) {
        return CFCQL_ALLOCATOR_OTHER;
    }
    const int mebibyte = 1 << 20;
    bool accepted = mallopt(M_MMAP_MAX, 0) == 1;
    accepted &= mallopt(M_TRIM_THRESHOLD, 2047 * mebibyte) == 1;
    accepted &= mallopt(M_TOP_PAD, 256 * mebibyte) == 1;
    // Holds for threads that start from here on; threads of the virtual machine keep their arena.
    accepted &= mallopt(M_ARENA_MAX, 1) == 1;
    return accepted ? CFCQL_ALLOCATOR_SET : CFCQL_ALLOCATOR_REFUSED;
#else
    return CFCQL_ALLOCATOR_OTHER;
#endif
}

int thread_arena() noexcept {
#ifdef __GLIBC__
    void* block = glibc_allocates() ? std::malloc(64) : nullptr;
    if (block == nullptr) {
        return CFCQL_ALLOCATOR_OTHER;
    }
    // The word before a block holds its size and flags; bit 2 says that it is of a thread arena.
    // Volatile, because the compiler knows that nobody may look there.
    volatile std::uintptr_t address = reinterpret_cast<std::uintptr_t>(block);
    const auto* word = reinterpret_cast<const std::uintptr_t*>(address - sizeof(std::uintptr_t));
    const std::uintptr_t header = *word;
    std::free(block);
    return (header & 4u) != 0 ? 1 : 0;
#else
    return CFCQL_ALLOCATOR_OTHER;
#endif
}

int set_environment(const char* name, const char* value) noexcept {
#ifdef _WIN32
    (void)name;
    (void)value;
    return 2;
#else
    if (std::getenv(name) != nullptr) {
        return 1;
    }
    return setenv(name, value, 0) == 0 ? 0 : 2;
#endif
}

void leave_without_destructors() noexcept {
#ifdef __GLIBC__
    // Handlers run in reverse order of their registration, so whoever registers last runs first.
    on_exit([](int status, void*) { _exit(status); }, nullptr);
#endif
}

const char* openblas_core() noexcept {
#ifdef _WIN32
    return "";
#else
    // Found by its soname, as LibTorch finds it; only if it is loaded already.
    void* library = dlopen("libopenblas.so.0", RTLD_LAZY | RTLD_NOLOAD);
    if (library == nullptr) {
        return "";
    }
    typedef char* (*CoreName)();
    const auto core_name = reinterpret_cast<CoreName>(dlsym(library, "openblas_get_corename"));
    const char* name = core_name == nullptr ? "" : core_name();
    dlclose(library);
    return name;
#endif
}
