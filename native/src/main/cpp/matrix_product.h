// Register-blocked matrix products for small dense layers. Included by one source file per
// instruction set, inside the namespace CFCQL_VARIANT, after the target pragma; VECTOR_BYTES is
// the width of a vector register and BLOCK_ROWS x BLOCK_VECTORS the accumulators kept in registers.
//
// C[m,n] (+)= A[m,k] B[k,n]: A with any strides, B and C row-major, n a multiple of the vector
// length, rows of B and C aligned to a vector. Each element of the product is summed over k in
// order. Only Start::kBias reads `bias`.
#pragma once

template <typename T>
struct Vector {
    typedef T type __attribute__((vector_size(VECTOR_BYTES), may_alias));
};
template <typename T>
using Vec = typename Vector<T>::type;

template <typename T>
constexpr int kLanes = VECTOR_BYTES / static_cast<int>(sizeof(T));

template <typename T>
inline Vec<T>* vectors(T* pointer) {
    return reinterpret_cast<Vec<T>*>(pointer);
}

template <typename T>
inline const Vec<T>* vectors(const T* pointer) {
    return reinterpret_cast<const Vec<T>*>(pointer);
}

// Sum of the lanes of a vector of kBytes bytes, as a tree of halves.
template <typename T, int kBytes>
inline T add_lanes(T __attribute__((vector_size(kBytes))) vector) {
    if constexpr (kBytes == 2 * sizeof(T)) {
        return vector[0] + vector[1];
    } else {
        typedef T Half __attribute__((vector_size(kBytes / 2)));
        Half halves[2];
        std::memcpy(halves, &vector, kBytes);
        return add_lanes<T, kBytes / 2>(halves[0] + halves[1]);
    }
}

enum class Start { kZero, kBias, kAdd };  // what the product is added to: 0, one row for all, C

template <typename T, int kRows, int kVectors, Start kStart>
inline __attribute__((always_inline)) void product_block(const T* a, long row_stride,
                                                         long column_stride, const T* b, long ldb,
                                                         T* c, long ldc, int depth, const T* bias) {
    Vec<T> sum[kRows][kVectors];
    for (int r = 0; r < kRows; ++r) {
        for (int v = 0; v < kVectors; ++v) {
            if constexpr (kStart == Start::kBias) {
                sum[r][v] = vectors(bias)[v];
            } else {
                sum[r][v] = Vec<T>{};
            }
        }
    }
    for (int k = 0; k < depth; ++k) {
        Vec<T> right[kVectors];
        for (int v = 0; v < kVectors; ++v) {
            right[v] = vectors(b + k * ldb)[v];
        }
        for (int r = 0; r < kRows; ++r) {
            const T left = a[r * row_stride + k * column_stride];
            for (int v = 0; v < kVectors; ++v) {
                sum[r][v] += left * right[v];
            }
        }
    }
    for (int r = 0; r < kRows; ++r) {
        for (int v = 0; v < kVectors; ++v) {
            if constexpr (kStart == Start::kAdd) {
                // Added last: a product of a tile is summed for itself, so that a sum over many
                // tiles loses fewer digits than one long chain.
                vectors(c + r * ldc)[v] += sum[r][v];
            } else {
                vectors(c + r * ldc)[v] = sum[r][v];
            }
        }
    }
}

// All rows of one strip of kVectors vectors.
template <typename T, int kVectors, Start kStart, int kRows>
inline void product_rest(int rows, const T* a, long row_stride, long column_stride, const T* b,
                         long ldb, T* c, long ldc, int depth, const T* bias) {
    if constexpr (kRows > 0) {
        if (rows == kRows) {
            product_block<T, kRows, kVectors, kStart>(a, row_stride, column_stride, b, ldb, c, ldc,
                                                      depth, bias);
        } else {
            product_rest<T, kVectors, kStart, kRows - 1>(rows, a, row_stride, column_stride, b, ldb,
                                                         c, ldc, depth, bias);
        }
    }
}

template <typename T, int kVectors, Start kStart>
void product_strip(int m, const T* a, long row_stride, long column_stride, const T* b, long ldb,
                   T* c, long ldc, int depth, const T* bias) {
    int r = 0;
    for (; r + BLOCK_ROWS <= m; r += BLOCK_ROWS) {
        product_block<T, BLOCK_ROWS, kVectors, kStart>(
            a + r * row_stride, row_stride, column_stride, b, ldb, c + r * ldc, ldc, depth, bias);
    }
    product_rest<T, kVectors, kStart, BLOCK_ROWS - 1>(m - r, a + r * row_stride, row_stride,
                                                      column_stride, b, ldb, c + r * ldc, ldc,
                                                      depth, bias);
}

template <typename T, Start kStart>
void matrix_product(int m, int n, int depth, const T* a, long row_stride, long column_stride,
                    const T* b, long ldb, T* c, long ldc, const T* bias) {
    const int strip = BLOCK_VECTORS * kLanes<T>;
    int j = 0;
    for (; j + strip <= n; j += strip) {
        product_strip<T, BLOCK_VECTORS, kStart>(m, a, row_stride, column_stride, b + j, ldb, c + j,
                                                ldc, depth,
                                                kStart == Start::kBias ? bias + j : bias);
    }
    for (; j < n; j += kLanes<T>) {
        product_strip<T, 1, kStart>(m, a, row_stride, column_stride, b + j, ldb, c + j, ldc, depth,
                                    kStart == Start::kBias ? bias + j : bias);
    }
}
