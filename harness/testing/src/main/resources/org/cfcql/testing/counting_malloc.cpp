// Counts the bytes that native code holds, for the leak gate: to be preloaded (LD_PRELOAD).
//
// Every block that anything but the Java machine asks for is entered in a table with the size asked
// for, and leaves it when it is freed, by whomever. The sum of the table stands in the first eight
// bytes of the file that CFCQL_COUNTED_BYTES names. The Java machine's own blocks are left out,
// because its compilers come and go as they please; by the size asked for, because the size given
// depends on which free block was at hand.

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

extern "C" {
// glibc's own allocator under its second name: the first one is ours here.
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);
}

namespace {

struct Entry {
    void* block;
    std::size_t bytes;
};

constexpr std::size_t kEntries = std::size_t{1} << 22;

std::atomic_flag lock = ATOMIC_FLAG_INIT;
Entry* table = nullptr;
std::atomic<std::int64_t>* counted = nullptr;

struct Guard {
    Guard() {
        while (lock.test_and_set(std::memory_order_acquire)) {
        }
    }
    ~Guard() { lock.clear(std::memory_order_release); }
};

std::size_t first_slot(void* block) {
    return (reinterpret_cast<std::uintptr_t>(block) >> 4) * 0x9E3779B97F4A7C15u >> 42;
}

void enter(void* block, std::size_t bytes) {
    Guard guard;
    std::size_t slot = first_slot(block);
    while (table[slot].block != nullptr) {
        slot = (slot + 1) % kEntries;
    }
    table[slot] = {block, bytes};
    *counted += static_cast<std::int64_t>(bytes);
}

// Moves later entries of the run up, so that no search ends at the hole.
void close_hole(std::size_t hole) {
    for (std::size_t slot = (hole + 1) % kEntries; table[slot].block != nullptr;
         slot = (slot + 1) % kEntries) {
        const std::size_t wanted = first_slot(table[slot].block);
        if ((slot - wanted) % kEntries >= (slot - hole) % kEntries) {
            table[hole] = table[slot];
            hole = slot;
        }
    }
    table[hole] = {nullptr, 0};
}

void leave(void* block) {
    Guard guard;
    for (std::size_t slot = first_slot(block); table[slot].block != nullptr;
         slot = (slot + 1) % kEntries) {
        if (table[slot].block == block) {
            *counted -= static_cast<std::int64_t>(table[slot].bytes);
            close_hole(slot);
            return;
        }
    }
}

bool looked_up_as_java_machine(const void* caller) {
    Dl_info info;
    if (dladdr(caller, &info) == 0 || info.dli_fname == nullptr) {
        return true;  // generated code: the Java machine's
    }
    const char* slash = std::strrchr(info.dli_fname, '/');
    const char* name = slash == nullptr ? info.dli_fname : slash + 1;
    for (const char* part : {"libjvm.", "libjava.", "libjli.", "libzip.", "libjimage.", "libnio.",
                             "libnet.", "libverify.", "ld-linux"}) {
        if (std::strncmp(name, part, std::strlen(part)) == 0) {
            return true;
        }
    }
    return std::strcmp(name, "java") == 0;
}

// Callers seen, the lowest bit telling whose they are: the search by address is slow.
bool is_java_machine(const void* caller) {
    static std::atomic<std::uintptr_t> seen[std::size_t{1} << 14];
    const std::uintptr_t address = reinterpret_cast<std::uintptr_t>(caller) << 1;
    std::atomic<std::uintptr_t>& place = seen[(address >> 1) % (std::size_t{1} << 14)];
    const std::uintptr_t known = place.load(std::memory_order_relaxed);
    if ((known & ~std::uintptr_t{1}) == address) {
        return (known & 1) != 0;
    }
    const bool answer = looked_up_as_java_machine(caller);
    place.store(address | (answer ? 1 : 0), std::memory_order_relaxed);
    return answer;
}

void* note(void* block, std::size_t bytes, const void* caller) {
    if (block != nullptr && counted != nullptr && !is_java_machine(caller)) {
        enter(block, bytes);
    }
    return block;
}

__attribute__((constructor)) void open_count() {
    const char* path = std::getenv("CFCQL_COUNTED_BYTES");
    const int file = path == nullptr ? -1 : open(path, O_RDWR);
    if (file < 0) {
        return;
    }
    void* shared = mmap(nullptr, sizeof *counted, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    void* entries = mmap(nullptr, kEntries * sizeof(Entry), PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    close(file);
    if (shared != MAP_FAILED && entries != MAP_FAILED) {
        table = static_cast<Entry*>(entries);
        counted = static_cast<std::atomic<std::int64_t>*>(shared);
    }
}

}  // namespace

extern "C" {

void* malloc(std::size_t bytes) {
    return note(__libc_malloc(bytes), bytes, __builtin_return_address(0));
}

void* calloc(std::size_t count, std::size_t bytes) {
    return note(__libc_calloc(count, bytes), count * bytes, __builtin_return_address(0));
}

void* realloc(void* block, std::size_t bytes) {
    if (block != nullptr && counted != nullptr) {
        leave(block);
    }
    return note(__libc_realloc(block, bytes), bytes, __builtin_return_address(0));
}

void* memalign(std::size_t alignment, std::size_t bytes) {
    return note(__libc_memalign(alignment, bytes), bytes, __builtin_return_address(0));
}

void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
    return note(__libc_memalign(alignment, bytes), bytes, __builtin_return_address(0));
}

int posix_memalign(void** block, std::size_t alignment, std::size_t bytes) {
    *block = note(__libc_memalign(alignment, bytes), bytes, __builtin_return_address(0));
    return *block == nullptr ? ENOMEM : 0;
}

void free(void* block) {
    if (block != nullptr && counted != nullptr) {
        leave(block);
    }
    __libc_free(block);
}
}
