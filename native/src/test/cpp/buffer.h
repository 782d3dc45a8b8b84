// A heap block of exactly the size asked for.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

#include "planted.h"

// Where a buffer starts.
enum class Start {
    kMalloc,   // on the alignment of malloc
    kShifted,  // one element behind it
    kAligned   // on a cache line
};

template <typename T>
struct Buffer {
    const long count;   // what the kernel is told
    const long filled;  // what is there: the same, or one less where an error is planted
    T* data = nullptr;

    Buffer(long elements, Start start)
        : count(elements), filled(planted().buffer_elements(elements)) {
        if (count == 0) {
            return;
        }
        const std::size_t skew = start == Start::kShifted ? sizeof(T) : 0;
        const std::size_t bytes = filled * sizeof(T) + skew;
        if (start == Start::kAligned) {
            constexpr std::size_t kCacheLine = 64;
            if (posix_memalign(&all_, kCacheLine, bytes > 0 ? bytes : 1) != 0) {
                throw std::bad_alloc();
            }
        } else if ((all_ = std::malloc(bytes > 0 ? bytes : 1)) == nullptr) {
            throw std::bad_alloc();
        }
        data = reinterpret_cast<T*>(static_cast<char*>(all_) + skew);
    }
    ~Buffer() { std::free(all_); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    int64_t address() const { return reinterpret_cast<int64_t>(data); }
    void remember() { before_.assign(data, data + filled); }
    // The same bits as remembered.
    bool unchanged() const {
        return filled == 0 || std::memcmp(before_.data(), data, filled * sizeof(T)) == 0;
    }

  private:
    void* all_ = nullptr;
    std::vector<T> before_;
};
