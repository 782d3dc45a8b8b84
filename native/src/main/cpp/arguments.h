// Checks of the flat arguments of kernels.h. Nobody can see from an address how much memory lies
// behind it, so what can be seen is looked at: the lengths of the lists, sizes, addresses of 0.
#pragma once

#include <climits>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>

template <typename T>
struct List {
    const T* values;
    int count;

    const T& operator[](int index) const { return values[index]; }
};

inline void require(bool holds, const char* expected) {
    if (!holds) {
        throw std::invalid_argument(expected);
    }
}

// `of` names kernel and list.
template <typename T>
void require_count(const List<T>& list, int64_t expected, const char* of) {
    const int found = list.values == nullptr ? 0 : list.count;
    if (found != expected) {
        throw std::invalid_argument(std::string(of) + ": expected " + std::to_string(expected) +
                                    ", found " + std::to_string(found));
    }
}

// Arrays [first,first+count) are there.
inline void require_arrays(const List<int64_t>& arrays, int first, int count, const char* kernel) {
    for (int at = first; at < first + count; ++at) {
        if (arrays[at] == 0) {
            throw std::invalid_argument(std::string(kernel) + " needs array " + std::to_string(at) +
                                        ", found address 0");
        }
    }
}

// The kernels index with int inside of a state: a product of sizes that does not fit would wrap.
inline void require_product(std::initializer_list<int64_t> sizes, const char* kernel) {
    int64_t product = 1;
    for (const int64_t size : sizes) {
        // No factor is larger than twice INT_MAX, so one product of two of them cannot wrap.
        product *= size;
        if (product > INT_MAX) {
            throw std::invalid_argument(std::string(kernel) +
                                        ": sizes multiply to more than 2^31 - 1");
        }
    }
}
