// The kernels for any processor: 16-byte vectors.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>
#include <numeric>
#include <vector>

#include "critic_penalty.h"

#define VECTOR_BYTES 16
#define BLOCK_ROWS 4
#define BLOCK_VECTORS 2

namespace cfcql_generic {
namespace {
#include "critic_penalty_body.h"
}  // namespace

void critic_penalty(const CriticPenaltySizes& sizes, const CriticPenaltyArrays<float>& arrays) {
    Penalty<float>(sizes, arrays).run();
}

void critic_penalty(const CriticPenaltySizes& sizes, const CriticPenaltyArrays<double>& arrays) {
    Penalty<double>(sizes, arrays).run();
}
}  // namespace cfcql_generic
