// One shape of one kernel, to be called with both precisions and every instruction set.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kernel_call.h"

struct KernelCase {
    std::string kernel;
    std::string shape;
    // Rounding may move a maximum, so float and double need not agree.
    bool discontinuous;
    // Everything that was written, of a call in float or in double.
    std::function<std::vector<double>(int element_bytes, Random& random, Start start)> run;
};

// Picks among the sizes at which padding, tails and tiles begin and end; the same in every run.
class Shapes {
  public:
    int pick(std::initializer_list<int> from) { return from.begin()[random_() % from.size()]; }
    bool maybe() { return pick({0, 1}) == 1; }

  private:
    Random random_{12345};
};

// Fixed odd shapes, then random ones. The first one of each uses every array of the kernel.
std::vector<KernelCase> critic_penalty_cases(int random_shapes);
std::vector<KernelCase> recurrent_network_cases(int random_shapes);
std::vector<KernelCase> counterfactuals_cases(int random_shapes);
std::vector<KernelCase> joint_samples_cases(int random_shapes);
std::vector<KernelCase> perceptron_cases(int random_shapes);

// "b 97, g 3".
std::string shape_text(std::initializer_list<std::pair<const char*, long>> sizes);

// Runs a template over float and double.
template <template <typename> class Run, typename Shape>
KernelCase kernel_case(const char* kernel, const Shape& shape, bool discontinuous) {
    return {kernel, shape.text(), discontinuous,
            [shape](int element_bytes, Random& random, Start start) {
                return element_bytes == sizeof(float) ? Run<float>()(shape, random, start)
                                                      : Run<double>()(shape, random, start);
            }};
}
