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
        call.input(agents * s.actions, 2);
        call.integers(agents, s.actions);
        call.bits(agents * s.actions, s.actions);
        call.input(agents * s.embedding);
        call.input(embedding);
        call.input(embedding);
        call.input(s.steps);
        if (s.weights != 0) {
            call.input(agents * s.actions, 3);
        } else {
            call.none(1);
        }
        call.input(s.steps);
        call.written(s.steps);
        call.written(s.steps);
        call.written(agents);
        call.written(agents);
        if (s.weights != 0) {
            call.written(agents);
        } else {
            call.none(1);
        }
        if (s.reported) {
            call.written(agents * s.actions);
        } else {
            call.none(1);
        }
        call.written(agents * s.actions);
        call.written(agents * s.embedding);
        call.written(embedding);
        call.written(embedding);
        call.written(s.steps);
        const int sizes[] = {s.steps, s.agents, s.actions, s.embedding, s.weights, s.ratio};
        const double constants[] = {-0.8, 0.6, 1.0 / std::max(1, s.steps)};
        call.finish(
            counterfactuals(sizeof(T), sizes, 6, constants, 3, call.addresses(), call.count()));
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
