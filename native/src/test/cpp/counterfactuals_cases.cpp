#include <algorithm>

#include "kernel_case.h"

namespace {

struct Shape {
    int steps, agents, actions, embedding, weights, ratio;
    bool reported;

    std::string text() const {
        return shape_text({{"steps", steps},
                           {"agents", agents},
                           {"actions", actions},
                           {"embedding", embedding},
                           {"weights", weights}});
    }
};

template <typename T>
struct Run {
    std::vector<double> operator()(const Shape& s, Random& random, Start start) {
        const long agents = static_cast<long>(s.steps) * s.agents;
        const long embedding = static_cast<long>(s.steps) * s.embedding;
        KernelCall<T> call(random, start);
        call.size("steps", s.steps);
        call.size("agents", s.agents);
        call.size("actions", s.actions);
        call.size("embedding", s.embedding);
        call.size("weighing", s.weights);
        call.size("ratio", s.ratio);
        call.constant("tau", -0.8);
        call.constant("alpha", 0.6);
        call.constant("scale", 1.0 / std::max(1, s.steps));
        call.input("values", agents * s.actions, 2);
        call.integers("chosen", agents, s.actions);
        call.bits("available", agents * s.actions, s.actions);
        call.input("first", agents * s.embedding);
        call.input("first_bias", embedding);
        call.input("second", embedding);
        call.input("second_bias", s.steps);
        if (s.weights != 0) {
            call.input("behaviour", agents * s.actions, 3);
        }
        call.input("target", s.steps);
        call.written("joint", s.steps);
        call.written("weighted", s.steps);
        call.written("lse", agents);
        call.written("weights", agents);
        if (s.weights != 0) {
            call.written("divergence", agents);
        }
        if (s.reported) {
            call.written("counterfactual", agents * s.actions);
        }
        call.written("values_gradient", agents * s.actions);
        call.written("first_gradient", agents * s.embedding);
        call.written("first_bias_gradient", embedding);
        call.written("second_gradient", embedding);
        call.written("second_bias_gradient", s.steps);
        call.run("counterfactuals");
        std::vector<double> all;
        call.add_results(all);
        return all;
    }
};

}  // namespace

std::vector<KernelCase> counterfactuals_cases(int random_shapes) {
    std::vector<Shape> shapes = {{4, 3, 16, 7, 1, 1, true},   {0, 1, 1, 1, 0, 0, false},
                                 {1, 1, 1, 1, 1, 0, true},    {97, 1, 1, 1, 2, 1, true},
                                 {5, 10, 18, 33, 1, 1, true}, {3, 27, 36, 32, 2, 0, false}};
    Shapes random;
    for (int more = 0; more < random_shapes; ++more) {
        shapes.push_back({random.pick({0, 1, 2, 13, 97}), random.pick({1, 2, 3, 5, 10}),
                          random.pick({1, 2, 7, 8, 9, 11, 16, 17}),
                          random.pick({1, 3, 7, 8, 15, 16, 17, 32}), random.pick({0, 1, 2}),
                          random.pick({0, 1}), random.maybe()});
    }
    std::vector<KernelCase> cases;
    for (const Shape& shape : shapes) {
        cases.push_back(kernel_case<Run>("counterfactuals", shape, true));
    }
    return cases;
}
