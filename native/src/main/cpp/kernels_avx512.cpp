// The kernels for x86-64 with AVX-512 (F, VL, BW, DQ).
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>
#include <numeric>
#include <vector>

#include "critic_penalty.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC target("avx512f,avx512vl,avx512bw,avx512dq,fma,prefer-vector-width=512")
#define VECTOR_BYTES 64
#define BLOCK_ROWS 6
#define BLOCK_VECTORS 4

namespace cfcql_avx512 {
namespace {
#include "critic_penalty_body.h"
}  // namespace

void critic_penalty(const CriticPenaltySizes& sizes, const CriticPenaltyArrays<float>& arrays) {
    Penalty<float>(sizes, arrays).run();
}

void critic_penalty(const CriticPenaltySizes& sizes, const CriticPenaltyArrays<double>& arrays) {
    Penalty<double>(sizes, arrays).run();
}
}  // namespace cfcql_avx512
#endif
