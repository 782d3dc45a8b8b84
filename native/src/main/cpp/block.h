// The memory that kernels work in. Included inside the namespace of an instruction set.
#pragma once

// Vectors of h elements are padded with zeros to a whole number of vector registers, so no loop has
// a tail; zero weights keep the padding at zero.
inline int padded(int size, int lanes) {
    return (size + lanes - 1) / lanes * lanes;
}

// Memory of one call. Blocks are aligned to a cache line and start at zero.
template <typename T>
class Block {
  public:
    explicit Block(long size)
        : data_(static_cast<T*>(std::aligned_alloc(64, (size * sizeof(T) + 63) / 64 * 64 + 64))) {
        if (data_ == nullptr) {
            throw std::bad_alloc();
        }
        std::memset(data_, 0, size * sizeof(T));
    }
    ~Block() { std::free(data_); }
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;
    T* get() { return data_; }
    const T* get() const { return data_; }

  private:
    T* data_;
};
