#include "sizes.h"

#include <algorithm>

namespace {

const int64_t* integers(int64_t address) {
    return reinterpret_cast<const int64_t*>(address);
}

// Every index must lie below `limit`: a kernel reads the row it names.
void require_below(const int64_t* indices, int64_t count, int64_t limit) {
    for (int64_t at = 0; at < count; ++at) {
        require(indices[at] >= 0 && indices[at] < limit,
                "an action lies outside of the task's actions");
    }
}

// Number of rows of all times.
int64_t require_packed(const List<int64_t>& active) {
    int64_t rows = 0;
    for (int t = 0; t < active.count; ++t) {
        require(active[t] >= 1 && active[t] <= INT_MAX && (t == 0 || active[t] <= active[t - 1]),
                "rows of recurrent_network must be ordered by time");
        rows += active[t];
    }
    return rows;
}

}  // namespace

CriticPenaltySizes critic_penalty_sizes(List<int> sizes, List<double> constants,
                                        List<int64_t> arrays) {
    require_count(sizes, 9, "sizes of critic_penalty");
    require_count(constants, 3, "constants of critic_penalty");
    require_count(arrays, 23, "arrays of critic_penalty");
    const CriticPenaltySizes s = {
        sizes[0],     sizes[1],     sizes[2],
        sizes[3],     sizes[4],     sizes[5],
        sizes[6],     sizes[7],     static_cast<InputNormalisation>(sizes[8]),
        constants[0], constants[1], constants[2]};
    require(s.batch >= 1 && s.groups >= 1 && s.agents >= 1 && s.samples >= 1 &&
                s.action_size >= 1 && s.state_size >= 0 && s.hidden >= 1,
            "sizes of critic_penalty must be positive");
    require(s.normalisation >= InputNormalisation::kNone &&
                s.normalisation <= InputNormalisation::kLayer,
            "critic_penalty knows no such normalisation");
    require_product({s.groups, s.agents, s.samples, s.action_size}, "critic_penalty");
    require_product({s.agents, s.action_size, s.hidden}, "critic_penalty");
    require_product({s.state_size, s.hidden}, "critic_penalty");
    // Without a state there is none to read, and corrected is optional.
    require_arrays(arrays, s.state_size == 0 ? 1 : 0, s.state_size == 0 ? 12 : 13,
                   "critic_penalty");
    require_arrays(arrays, 13, 1, "critic_penalty");
    if (std::any_of(arrays.values + 15, arrays.values + 23, [](int64_t a) { return a != 0; })) {
        require_arrays(arrays, 15, 8, "critic_penalty");
    }
    return s;
}

RecurrentSizes recurrent_sizes(List<int> sizes, List<int64_t> active, List<int64_t> arrays) {
    require_count(sizes, 5, "sizes of recurrent_network");
    require_count(arrays, 21, "arrays of recurrent_network");
    const RecurrentSizes s = {sizes[0], sizes[1], sizes[2], sizes[3], sizes[4]};
    require(s.times >= 1 && s.agents >= 1 && s.observation >= 1 && s.actions >= 1 && s.hidden >= 1,
            "sizes of recurrent_network must be positive");
    require_count(active, s.times, "active episodes of recurrent_network");
    require_product({s.agents, kKeptPlanes, static_cast<int64_t>(s.hidden) + kKeptUnits},
                    "recurrent_network");
    require_product({s.agents, s.observation}, "recurrent_network");
    require_product({s.agents, s.actions}, "recurrent_network");
    require_arrays(arrays, 0, 10, "recurrent_network");
    if (arrays[12] == 0) {
        require_arrays(arrays, 10, 1, "recurrent_network");
    } else {
        require_arrays(arrays, 11, 10, "recurrent_network");
    }
    require(arrays[11] % 64 == 0, "the kept rows of recurrent_network must be aligned");
    const int64_t rows = require_packed(active) * s.agents;
    require_below(integers(arrays[1]), rows, static_cast<int64_t>(s.actions) + 1);
    return s;
}

CounterfactualSizes counterfactual_sizes(List<int> sizes, List<double> constants,
                                         List<int64_t> arrays) {
    require_count(sizes, 6, "sizes of counterfactuals");
    require_count(constants, 3, "constants of counterfactuals");
    require_count(arrays, 20, "arrays of counterfactuals");
    const CounterfactualSizes s = {sizes[0], sizes[1],     sizes[2],     sizes[3],    sizes[4],
                                   sizes[5], constants[0], constants[1], constants[2]};
    require(s.steps >= 0 && s.agents >= 1 && s.actions >= 1 && s.embedding >= 1,
            "sizes of counterfactuals must be positive");
    require(s.weights >= WEIGHTS_UNIFORM && s.weights <= WEIGHTS_ARGMAX,
            "counterfactuals knows no such weights");
    require_product({s.agents, s.actions}, "counterfactuals");
    require_product({s.agents, s.embedding}, "counterfactuals");
    require_product({s.actions, s.embedding}, "counterfactuals");
    if (s.steps > 0) {
        const bool weighed = s.weights != WEIGHTS_UNIFORM;
        require_arrays(arrays, 0, weighed ? 8 : 7, "counterfactuals");
        require_arrays(arrays, 8, weighed ? 6 : 5, "counterfactuals");
        require_arrays(arrays, 15, 5, "counterfactuals");
    }
    require_below(integers(arrays[1]), static_cast<int64_t>(s.steps) * s.agents, s.actions);
    return s;
}

JointSampleSizes joint_sample_sizes(List<int> sizes, List<double> constants, List<int64_t> arrays) {
    require_count(sizes, 6, "sizes of joint_samples");
    require_count(constants, 2, "constants of joint_samples");
    require_count(arrays, 20, "arrays of joint_samples");
    const JointSampleSizes s = {sizes[0], sizes[1], sizes[2],     sizes[3],
                                sizes[4], sizes[5], constants[0], constants[1]};
    require(s.steps >= 0 && s.agents >= 1 && s.actions >= 1 && s.embedding >= 1 && s.samples >= 1 &&
                s.places >= 0,
            "sizes of joint_samples must be positive");
    require_product({s.agents, s.actions}, "joint_samples");
    require_product({s.agents, s.embedding}, "joint_samples");
    require_product({s.agents, s.samples}, "joint_samples");
    require_product({s.embedding, s.samples}, "joint_samples");
    if (s.steps > 0) {
        require_arrays(arrays, 0, 9, "joint_samples");
        require(arrays[9] != 0 || arrays[10] != 0, "joint_samples: draws are needed, found none");
        require_arrays(arrays, 11, 2, "joint_samples");
        require_arrays(arrays, 15, 5, "joint_samples");
    }
    require_below(integers(arrays[1]), static_cast<int64_t>(s.steps) * s.agents, s.actions);
    require_below(integers(arrays[8]), s.steps, s.places);
    return s;
}

PerceptronSizes perceptron_sizes(List<int> sizes, double epsilon, List<int64_t> arrays) {
    require(sizes.count >= 5, "sizes of perceptron: expected at least 7");
    const int64_t layers = sizes[4];
    require(layers >= 1, "sizes of perceptron must be positive");
    require_count(sizes, 6 + layers, "sizes of perceptron");
    require_count(arrays, 8 + 4 * layers, "arrays of perceptron");
    const PerceptronSizes s = {sizes[0], sizes[1],
                               sizes[2], sizes[3] != 0,
                               epsilon,  {sizes.values + 5, sizes.values + sizes.count}};
    require(
        s.rows >= 1 && s.replicas >= 1 && *std::min_element(s.widths.begin(), s.widths.end()) >= 1,
        "sizes of perceptron must be positive");
    require(s.groups == 1 || s.groups == s.replicas,
            "perceptron expects input for one or for all replicas");
    const int64_t widest = *std::max_element(s.widths.begin(), s.widths.end());
    require_product({s.replicas, widest + kKeptHiddenUnits, widest + kKeptHiddenUnits},
                    "perceptron");
    const int network = s.normalised ? 4 : 6;
    const int tensors = static_cast<int>(2 * layers) + (s.normalised ? 2 : 0);
    require_arrays(arrays, 0, 1, "perceptron");
    require_arrays(arrays, network, tensors, "perceptron");
    if (arrays[3] == 0) {
        require_arrays(arrays, 1, 1, "perceptron");
    } else {
        require_arrays(arrays, 2, layers > 1 || s.normalised ? 1 : 0, "perceptron");
        require_arrays(arrays, network + 2 + static_cast<int>(2 * layers), tensors, "perceptron");
    }
    require(arrays[2] % 64 == 0, "what perceptron keeps must be aligned");
    return s;
}
