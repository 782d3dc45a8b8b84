// Exponentials of vectors. Included inside the namespace of an instruction set.
#pragma once

#include "matrix_product.h"

template <typename T>
struct Exponent;

template <>
struct Exponent<float> {
    typedef int32_t Integer;
    typedef Integer Bits __attribute__((vector_size(VECTOR_BYTES), may_alias));
    // 1.5 * 2^23: added to a number below 2^22 it leaves the nearest integer in the last bits.
    static constexpr float kRounder = 12582912.0f;
    static constexpr int kMantissaBits = 23;
    static constexpr float kSmallest = -87.33f;
    static constexpr float kLargest = 88.37f;
    static constexpr float kLn2High = 0.693359375f;
    static constexpr float kLn2Low = -2.12194440e-4f;
    static constexpr int kDegree = 7;
};

template <>
struct Exponent<double> {
    typedef int64_t Integer;
    typedef Integer Bits __attribute__((vector_size(VECTOR_BYTES), may_alias));
    static constexpr double kRounder = 6755399441055744.0;
    static constexpr int kMantissaBits = 52;
    static constexpr double kSmallest = -708.39;
    static constexpr double kLargest = 709.43;
    static constexpr double kLn2High = 6.93147180369123816490e-01;
    static constexpr double kLn2Low = 1.90821492927058770002e-10;
    static constexpr int kDegree = 13;
};

// 1 / k!
constexpr double inverse_factorial(int k) {
    return k < 2 ? 1.0 : inverse_factorial(k - 1) / k;
}

template <typename T, int kFrom>
inline Vec<T> taylor(Vec<T> x, Vec<T> sum) {
    if constexpr (kFrom < 0) {
        return sum;
    } else {
        return taylor<T, kFrom - 1>(x, sum * x + static_cast<T>(inverse_factorial(kFrom)));
    }
}

// e^x to the last bits: x = k ln 2 + r with |r| <= ln 2 / 2, Taylor's series of r, and k added to
// the exponent. Saturates where the result would not be a normal number; a NaN stays one.
template <typename T>
inline Vec<T> exponential(Vec<T> x) {
    typedef Exponent<T> E;
    typedef typename E::Bits Bits;
    const Vec<T> lower = Vec<T>{} + E::kSmallest;
    const Vec<T> upper = Vec<T>{} + E::kLargest;
    Vec<T> bounded = x < lower ? lower : x;
    bounded = bounded > upper ? upper : bounded;
    const Vec<T> shifted = bounded * static_cast<T>(1.4426950408889634074) + E::kRounder;
    const Vec<T> whole = shifted - E::kRounder;
    const Vec<T> rest = bounded - whole * E::kLn2High - whole * E::kLn2Low;
    const Vec<T> series =
        taylor<T, E::kDegree - 1>(rest, Vec<T>{} + static_cast<T>(inverse_factorial(E::kDegree)));
    const Vec<T> rounder = Vec<T>{} + E::kRounder;
    const Bits power =
        (reinterpret_cast<const Bits&>(shifted) - reinterpret_cast<const Bits&>(rounder))
        << E::kMantissaBits;
    const Bits scaled = reinterpret_cast<const Bits&>(series) + power;
    return x == x ? reinterpret_cast<const Vec<T>&>(scaled) : x;
}

template <typename T>
inline Vec<T> sigmoid(Vec<T> x) {
    return 1 / (1 + exponential<T>(-x));
}

template <typename T>
inline Vec<T> hyperbolic_tangent(Vec<T> x) {
    return 1 - 2 / (1 + exponential<T>(x + x));
}

// A NaN stays a NaN, as in LibTorch.
template <typename T>
inline Vec<T> positive_part(Vec<T> value) {
    const Vec<T> zero = {};
    return zero > value ? zero : value;
}
