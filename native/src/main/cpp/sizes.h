// The sizes of one call from its flat arguments, after all arguments were checked.
#pragma once

#include <cstdint>

#include "arguments.h"
#include "counterfactuals.h"
#include "critic_penalty.h"
#include "joint_samples.h"
#include "perceptron.h"
#include "recurrent_network.h"

CriticPenaltySizes critic_penalty_sizes(List<int> sizes, List<double> constants,
                                        List<int64_t> arrays);
RecurrentSizes recurrent_sizes(List<int> sizes, List<int64_t> active, List<int64_t> arrays);
CounterfactualSizes counterfactual_sizes(List<int> sizes, List<double> constants,
                                         List<int64_t> arrays);
JointSampleSizes joint_sample_sizes(List<int> sizes, List<double> constants, List<int64_t> arrays);
PerceptronSizes perceptron_sizes(List<int> sizes, double epsilon, List<int64_t> arrays);
