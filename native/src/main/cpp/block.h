// The memory that kernels work in. Included inside the namespace of an instruction set.
#pragma once

// Vectors of h elements are padded with zeros to a whole number of vector registers, so no loop has
// a tail; zero weights keep the padding at zero.
inline int padded(int size, int lanes) {
    return (size + lanes - 1) / lanes * lanes;
}

// The sanitizer's driver takes an element away here, to see that it would be noticed.
#ifndef BLOCK_ELEMENTS
#define BLOCK_ELEMENTS(size) (size)
#endif

// Memory of one call, aligned to a cache line, of exactly the size asked for: slack at the end
// would hide an overrun from the sanitizer. Blocks start at zero.
template <typename T>
class Block {
  public:
    explicit Block(long size) {
        const std::size_t bytes = BLOCK_ELEMENTS(size) * sizeof(T);
        void* memory = nullptr;
        if (posix_memalign(&memory, 64, bytes > 0 ? bytes : 1) != 0) {
            throw std::bad_alloc();
        }
        data_ = static_cast<T*>(std::memset(memory, 0, bytes));
    }
    ~Block() { std::free(data_); }
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;
    T* get() { return data_; }
    const T* get() const { return data_; }

  private:
    T* data_ = nullptr;
};
