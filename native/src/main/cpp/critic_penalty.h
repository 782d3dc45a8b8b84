// Conservative penalty of the continuous twin critic (paper Eq. 7; docs/specification/algorithms.md
// 2.3): values and gradients in one fused pass.
//
// For batch row b, agent i, group g and sample k, the critic (one normalisation of its input, then
// two MLPs D -> h -> h -> 1 with ReLU) is evaluated at the state of b and the joint action of group
// g whose component i is replaced by sample (g, b, i, k). Per head q
//   corrected[q,g,b,i,k] = Q_q - log_density[g,b,i,k]
//   lse[q,b,i]           = T log sum_{g,k} exp(corrected / T)
//   penalty[q]           = mean_b sum_i weights[b,i] lse[q,b,i]
// and gradient_scale times the gradient of penalty[0] + penalty[1] is added to the gradients.
// Batch normalisation uses mean and biased variance over the agents * batch * samples rows of each
// group, as if each group were one call of the critic; layer normalisation those of each row's D
// columns. Row order of the sums is fixed.
//
// Floating-point arrays are contiguous, row-major, of element_bytes 4 (float) or 8 (double).
#pragma once

#include "arguments.h"

// How the critic normalises its input before scale and shift.
enum class InputNormalisation { kNone = 0, kBatch = 1, kLayer = 2 };

// Sizes and constants of one call. D = state_size + agents * action_size.
struct CriticPenaltySizes {
    int batch;
    int groups;
    int agents;
    int samples;
    int action_size;
    int state_size;
    int hidden;
    int density_per_sample;  // 1: log_density is [groups,batch,agents,samples]; 0: [groups]
    InputNormalisation normalisation;
    double temperature;
    double epsilon;  // of the normalisation
    double gradient_scale;

    void read(Arguments& call) {
        call.size(NAMED(batch));
        call.size(NAMED(groups));
        call.size(NAMED(agents));
        call.size(NAMED(samples));
        call.size(NAMED(action_size));
        call.size(NAMED(state_size));
        call.size(NAMED(hidden));
        call.size(NAMED(density_per_sample));
        int kind = 0;
        call.size("normalisation", kind);
        normalisation = static_cast<InputNormalisation>(kind);
        call.constant(NAMED(temperature));
        call.constant(NAMED(epsilon));
        call.constant(NAMED(gradient_scale));
    }
};

// Parameters of the twin critic, or gradients of the same shapes. Without normalisation scale and
// shift still apply: whoever has none passes ones and zeros.
template <typename T>
struct TwinCritic {
    T* norm_scale;  // [D]
    T* norm_shift;  // [D]
    T* weight1;     // [2,hidden,D]
    T* bias1;       // [2,hidden]
    T* weight2;     // [2,hidden,hidden]
    T* bias2;       // [2,hidden]
    T* weight3;     // [2,hidden]
    T* bias3;       // [2]

    void read(Arguments& call, bool must, const char* suffix = "") {
        call.array(NAMED(norm_scale), must, suffix);
        call.array(NAMED(norm_shift), must, suffix);
        call.array(NAMED(weight1), must, suffix);
        call.array(NAMED(bias1), must, suffix);
        call.array(NAMED(weight2), must, suffix);
        call.array(NAMED(bias2), must, suffix);
        call.array(NAMED(weight3), must, suffix);
        call.array(NAMED(bias3), must, suffix);
    }
};

template <typename T>
struct CriticPenaltyArrays {
    const T* state;        // [batch,state_size]
    const T* others;       // [groups,batch,agents,action_size]
    const T* sampled;      // [groups,batch,agents,samples,action_size]
    const T* log_density;  // see density_per_sample
    const T* weights;      // [batch,agents]
    TwinCritic<const T> critic;
    T* lse;                   // [2,batch,agents]
    T* corrected;             // [2,groups,batch,agents,samples], or null
    TwinCritic<T> gradients;  // added to; all null for values only

    void read(Arguments& call, const CriticPenaltySizes& sizes) {
        call.array(NAMED(state), sizes.state_size > 0);
        call.array(NAMED(others), true);
        call.array(NAMED(sampled), true);
        call.array(NAMED(log_density), true);
        call.array(NAMED(weights), true);
        critic.read(call, true);
        call.array(NAMED(lse), true);
        call.array(NAMED(corrected), false);
        gradients.read(call, call.any("_gradient"), "_gradient");
    }
};
