// Mixing of sampled joint actions in the discrete branch: values, losses' terms and gradients in
// one pass. Paper section 4.2 (MACQL); docs/specification/algorithms.md 1.11.
//
// Per step, with the mixer's weights first [agents,embedding], first_bias, second [embedding] and
// second_bias, the actions a of the data and the sampled joint actions u_k,
//   Q(u)   = ELU(sum_i q_i(u_i) first_i + first_bias) second + second_bias
//   joint  = Q(a)
//   lse    = log sum_k exp(v_k Q(u_k)) + shift
// where, if all indices are drawn, v_k is 1 if all actions of u_k are available and else 0, and
// shift is 0; if only available ones are, v_k is 1 and shift the logarithm of
// prod_i available_i / samples; and the gradient of
//   scale * sum over steps of 1/2 (joint - target)^2 + alpha (lse - joint)
// to q and the mixer's weights.
//
// Floating-point arrays are contiguous, row-major, of element_bytes 4 (float) or 8 (double).
#pragma once

#include <cstdint>

#include "arguments.h"

struct JointSampleSizes {
    int steps;
    int agents;
    int actions;
    int embedding;
    int samples;
    int places;  // of the draws
    double alpha;
    double scale;

    void read(Arguments& call) {
        call.size(NAMED(steps));
        call.size(NAMED(agents));
        call.size(NAMED(actions));
        call.size(NAMED(embedding));
        call.size(NAMED(samples));
        call.size(NAMED(places));
        call.constant(NAMED(alpha));
        call.constant(NAMED(scale));
    }
};

template <typename T>
struct JointSampleArrays {
    const T* values;           // q [steps,agents,actions]
    const int64_t* chosen;     // a [steps,agents]
    const uint8_t* available;  // [steps,agents,actions]
    const T* first;            // [steps,agents,embedding]
    const T* first_bias;       // [steps,embedding]
    const T* second;           // [steps,embedding]
    const T* second_bias;      // [steps]
    const T* target;           // [steps]
    const int64_t* place;      // of a step's draws [steps]
    const int64_t* indices;    // actions [samples,places,agents]; null if only available ones are
    const T* uniform;  // in [-1,1), of the available actions [samples,places,agents], else null
    T* joint;          // [steps]
    T* lse;            // [steps]
    T* sampled;        // Q(u_k) [steps,samples], or null
    T* valid;          // v_k [steps,samples], or null
    // Written, of the shapes above.
    T* values_gradient;
    T* first_gradient;
    T* first_bias_gradient;
    T* second_gradient;
    T* second_bias_gradient;

    void read(Arguments& call, const JointSampleSizes& sizes) {
        const bool any = sizes.steps > 0;
        call.array(NAMED(values), any);
        call.array(NAMED(chosen), any);
        call.array(NAMED(available), any);
        call.array(NAMED(first), any);
        call.array(NAMED(first_bias), any);
        call.array(NAMED(second), any);
        call.array(NAMED(second_bias), any);
        call.array(NAMED(target), any);
        call.array(NAMED(place), any);
        call.array(NAMED(indices), false);
        call.array(NAMED(uniform), any && indices == nullptr);
        call.array(NAMED(joint), any);
        call.array(NAMED(lse), any);
        call.array(NAMED(sampled), false);
        call.array(NAMED(valid), false);
        call.array(NAMED(values_gradient), any);
        call.array(NAMED(first_gradient), any);
        call.array(NAMED(first_bias_gradient), any);
        call.array(NAMED(second_gradient), any);
        call.array(NAMED(second_bias_gradient), any);
    }
};
