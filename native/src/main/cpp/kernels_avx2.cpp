// The kernels for x86-64 with AVX2 and FMA.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "counterfactuals.h"
#include "critic_penalty.h"
#include "joint_samples.h"
#include "perceptron.h"
#include "recurrent_network.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC target("avx2,fma")
#define VECTOR_BYTES 32
#define BLOCK_ROWS 6
#define BLOCK_VECTORS 2

namespace cfcql_avx2 {
namespace {
#include "counterfactuals_body.h"
#include "critic_penalty_body.h"
#include "joint_samples_body.h"
#include "perceptron_body.h"
#include "recurrent_network_body.h"
}  // namespace

void critic_penalty(const CriticPenaltySizes& sizes, const CriticPenaltyArrays<float>& arrays) {
    run_penalty(sizes, arrays);
}

void critic_penalty(const CriticPenaltySizes& sizes, const CriticPenaltyArrays<double>& arrays) {
    run_penalty(sizes, arrays);
}

void counterfactuals(const CounterfactualSizes& sizes, const CounterfactualArrays<float>& arrays) {
    Counterfactuals<float>(sizes, arrays).run();
}

void counterfactuals(const CounterfactualSizes& sizes, const CounterfactualArrays<double>& arrays) {
    Counterfactuals<double>(sizes, arrays).run();
}

void joint_samples(const JointSampleSizes& sizes, const JointSampleArrays<float>& arrays) {
    JointSamples<float>(sizes, arrays).run();
}

void joint_samples(const JointSampleSizes& sizes, const JointSampleArrays<double>& arrays) {
    JointSamples<double>(sizes, arrays).run();
}

void perceptron(const PerceptronSizes& sizes, const PerceptronArrays<float>& arrays) {
    Perceptron<float>(sizes, arrays).run();
}

void perceptron(const PerceptronSizes& sizes, const PerceptronArrays<double>& arrays) {
    Perceptron<double>(sizes, arrays).run();
}

void recurrent_network(const RecurrentSizes& sizes, const RecurrentArrays<float>& arrays) {
    Unroll<float>(sizes, arrays).run();
}

void recurrent_network(const RecurrentSizes& sizes, const RecurrentArrays<double>& arrays) {
    Unroll<double>(sizes, arrays).run();
}
}  // namespace cfcql_avx2
#endif
