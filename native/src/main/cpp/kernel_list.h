// The list of the kernels. A further one needs a line here, a header with its sizes and arrays, a
// body in instruction_set_body.h, and its conditions in checks.h.
#pragma once

#include "counterfactuals.h"
#include "critic_penalty.h"
#include "joint_samples.h"
#include "perceptron.h"
#include "recurrent_network.h"

// KERNEL(name, class in the body, sizes, arrays)
#define CFCQL_KERNELS(KERNEL)                                                           \
    KERNEL(counterfactuals, Counterfactuals, CounterfactualSizes, CounterfactualArrays) \
    KERNEL(critic_penalty, CriticPenalty, CriticPenaltySizes, CriticPenaltyArrays)      \
    KERNEL(joint_samples, JointSamples, JointSampleSizes, JointSampleArrays)            \
    KERNEL(perceptron, Perceptron, PerceptronSizes, PerceptronArrays)                   \
    KERNEL(recurrent_network, Unroll, RecurrentSizes, RecurrentArrays)

// One instance per precision and instruction set.
#define CFCQL_DECLARE(name, Class, Sizes, Arrays)               \
    void name(const Sizes& sizes, const Arrays<float>& arrays); \
    void name(const Sizes& sizes, const Arrays<double>& arrays);
namespace cfcql_generic {
CFCQL_KERNELS(CFCQL_DECLARE)
}
namespace cfcql_avx2 {
CFCQL_KERNELS(CFCQL_DECLARE)
}
namespace cfcql_avx512 {
CFCQL_KERNELS(CFCQL_DECLARE)
}
#undef CFCQL_DECLARE
