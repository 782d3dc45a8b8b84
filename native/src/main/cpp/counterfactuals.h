// Counterfactual mixing of the discrete branch: values, losses' terms and gradients in one pass.
// Paper Eq. 7, weights Eq. 8 and 9; docs/specification/algorithms.md 1.5 and 1.6.
//
// Per step, with the mixer's weights first [agents,embedding], first_bias, second [embedding] and
// second_bias, and the actions a of the data,
//   z        = sum_k q_k(a_k) first_k + first_bias
//   joint    = ELU(z) second + second_bias
//   Q(i,j)   = ELU(z + (q_i(j) - q_i(a_i)) first_i) second + second_bias,  -1e10 if unavailable
//   lse_i    = log sum_j exp Q(i,j)
//   mu_i     = softmax_j Q(i,j),  beta_i = softmax_j of the behaviour's logits, -1e10 likewise
//   D_i      = sum over available j of m log(m / b), or of m m / b;  m = mu + 1e-5, b = beta + 1e-5
//   weight_i = 1/agents, softmax_i(tau D_i), or 1 at the first largest tau D_i
//   weighted = sum_i weight_i lse_i
// and the gradient of
//   scale * sum over steps of 1/2 (joint - target)^2 + alpha (weighted - joint)
// to q and the mixer's weights, where weight_i is a constant.
//
// Floating-point arrays are contiguous, row-major, of element_bytes 4 (float) or 8 (double).
#pragma once

#include <cstdint>

#include "arguments.h"

enum CounterfactualWeights { WEIGHTS_UNIFORM = 0, WEIGHTS_SOFTMAX = 1, WEIGHTS_ARGMAX = 2 };

struct CounterfactualSizes {
    int steps;
    int agents;
    int actions;
    int embedding;
    int weighing;  // a CounterfactualWeights
    int ratio;     // 1: D_i sums m m / b
    double tau;    // negative: more weight for the agent closest to the data
    double alpha;
    double scale;

    void read(Arguments& call) {
        call.size(NAMED(steps));
        call.size(NAMED(agents));
        call.size(NAMED(actions));
        call.size(NAMED(embedding));
        call.size(NAMED(weighing));
        call.size(NAMED(ratio));
        call.constant(NAMED(tau));
        call.constant(NAMED(alpha));
        call.constant(NAMED(scale));
    }
};

template <typename T>
struct CounterfactualArrays {
    const T* values;           // q [steps,agents,actions]
    const int64_t* chosen;     // a [steps,agents]
    const uint8_t* available;  // [steps,agents,actions]
    const T* first;            // [steps,agents,embedding]
    const T* first_bias;       // [steps,embedding]
    const T* second;           // [steps,embedding]
    const T* second_bias;      // [steps]
    const T* behaviour;        // logits [steps,agents,actions]; null if the weights are uniform
    const T* target;           // [steps]
    T* joint;                  // [steps]
    T* weighted;               // [steps]
    T* lse;                    // [steps,agents]
    T* weights;                // [steps,agents]
    T* divergence;             // [steps,agents]; null if the weights are uniform
    T* counterfactual;         // [steps,agents,actions], or null
    // Written, of the shapes above.
    T* values_gradient;
    T* first_gradient;
    T* first_bias_gradient;
    T* second_gradient;
    T* second_bias_gradient;

    void read(Arguments& call, const CounterfactualSizes& sizes) {
        const bool any = sizes.steps > 0;
        const bool weighed = any && sizes.weighing != WEIGHTS_UNIFORM;
        call.array(NAMED(values), any);
        call.array(NAMED(chosen), any);
        call.array(NAMED(available), any);
        call.array(NAMED(first), any);
        call.array(NAMED(first_bias), any);
        call.array(NAMED(second), any);
        call.array(NAMED(second_bias), any);
        call.array(NAMED(behaviour), weighed);
        call.array(NAMED(target), any);
        call.array(NAMED(joint), any);
        call.array(NAMED(weighted), any);
        call.array(NAMED(lse), any);
        call.array(NAMED(weights), any);
        call.array(NAMED(divergence), weighed);
        call.array(NAMED(counterfactual), false);
        call.array(NAMED(values_gradient), any);
        call.array(NAMED(first_gradient), any);
        call.array(NAMED(first_bias_gradient), any);
        call.array(NAMED(second_gradient), any);
        call.array(NAMED(second_bias_gradient), any);
    }
};
