// What must hold of a call beyond that its arguments are there: kernels index with what they are
// told.
#pragma once

#include <algorithm>

#include "kernel_list.h"

// Every index must lie below `limit`: a kernel reads the row it names.
inline void require_below(const int64_t* indices, int64_t count, int64_t limit) {
    for (int64_t at = 0; at < count; ++at) {
        require(indices[at] >= 0 && indices[at] < limit,
                "an action lies outside of the task's actions");
    }
}

// Addresses are whole cache lines.
template <typename T>
void require_aligned(const T* array, const char* expected) {
    require(reinterpret_cast<uintptr_t>(array) % 64 == 0, expected);
}

inline void require_sizes(const CriticPenaltySizes& s) {
    require(s.batch >= 1 && s.groups >= 1 && s.agents >= 1 && s.samples >= 1 &&
                s.action_size >= 1 && s.state_size >= 0 && s.hidden >= 1,
            "sizes of critic_penalty must be positive");
    require(s.normalisation >= InputNormalisation::kNone &&
                s.normalisation <= InputNormalisation::kLayer,
            "critic_penalty knows no such normalisation");
    require_product({s.groups, s.agents, s.samples, s.action_size}, "critic_penalty");
    require_product({s.agents, s.action_size, s.hidden}, "critic_penalty");
    require_product({s.state_size, s.hidden}, "critic_penalty");
}

template <typename T>
void require_arrays(const CriticPenaltySizes&, const CriticPenaltyArrays<T>&) {}

inline void require_sizes(const RecurrentSizes& s) {
    require(s.times >= 1 && s.agents >= 1 && s.observation >= 1 && s.actions >= 1 && s.hidden >= 1,
            "sizes of recurrent_network must be positive");
    for (int t = 0; t < s.times; ++t) {
        require(s.active[t] >= 1 && s.active[t] <= INT_MAX &&
                    (t == 0 || s.active[t] <= s.active[t - 1]),
                "rows of recurrent_network must be ordered by time");
    }
    require_product({s.agents, kKeptPlanes, static_cast<int64_t>(s.hidden) + kKeptUnits},
                    "recurrent_network");
    require_product({s.agents, s.observation}, "recurrent_network");
    require_product({s.agents, s.actions}, "recurrent_network");
}

template <typename T>
void require_arrays(const RecurrentSizes& s, const RecurrentArrays<T>& x) {
    require_aligned(x.kept, "the kept rows of recurrent_network must be aligned");
    int64_t episodes = 0;
    for (int t = 0; t < s.times; ++t) {
        episodes += s.active[t];
    }
    require_below(x.previous, episodes * s.agents, static_cast<int64_t>(s.actions) + 1);
}

inline void require_sizes(const CounterfactualSizes& s) {
    require(s.steps >= 0 && s.agents >= 1 && s.actions >= 1 && s.embedding >= 1,
            "sizes of counterfactuals must be positive");
    require(s.weighing >= WEIGHTS_UNIFORM && s.weighing <= WEIGHTS_ARGMAX,
            "counterfactuals knows no such weights");
    require_product({s.agents, s.actions}, "counterfactuals");
    require_product({s.agents, s.embedding}, "counterfactuals");
    require_product({s.actions, s.embedding}, "counterfactuals");
}

template <typename T>
void require_arrays(const CounterfactualSizes& s, const CounterfactualArrays<T>& x) {
    require_below(x.chosen, static_cast<int64_t>(s.steps) * s.agents, s.actions);
}

inline void require_sizes(const JointSampleSizes& s) {
    require(s.steps >= 0 && s.agents >= 1 && s.actions >= 1 && s.embedding >= 1 && s.samples >= 1 &&
                s.places >= 0,
            "sizes of joint_samples must be positive");
    require_product({s.agents, s.actions}, "joint_samples");
    require_product({s.agents, s.embedding}, "joint_samples");
    require_product({s.agents, s.samples}, "joint_samples");
    require_product({s.embedding, s.samples}, "joint_samples");
}

template <typename T>
void require_arrays(const JointSampleSizes& s, const JointSampleArrays<T>& x) {
    require_below(x.chosen, static_cast<int64_t>(s.steps) * s.agents, s.actions);
    require_below(x.place, s.steps, s.places);
}

inline void require_sizes(const PerceptronSizes& s) {
    require(s.rows >= 1 && s.replicas >= 1 && s.layers() >= 1,
            "sizes of perceptron must be positive");
    require(s.groups == 1 || s.groups == s.replicas,
            "perceptron expects input for one or for all replicas");
    const int64_t widest = *std::max_element(s.widths.begin(), s.widths.end());
    require_product({s.replicas, widest + kKeptHiddenUnits, widest + kKeptHiddenUnits},
                    "perceptron");
}

template <typename T>
void require_arrays(const PerceptronSizes&, const PerceptronArrays<T>& x) {
    require_aligned(x.kept, "what perceptron keeps must be aligned");
}
