#include "kernel_case.h"

namespace {

struct Shape {
    int batch, groups, agents, samples, action, state, hidden, density_per_sample, normalisation;
    bool corrected, gradients;

    std::string text() const {
        return shape_text({{"batch", batch},
                           {"groups", groups},
                           {"agents", agents},
                           {"samples", samples},
                           {"action", action},
                           {"state", state},
                           {"hidden", hidden},
                           {"normalisation", normalisation}});
    }
};

template <typename T>
struct Run {
    std::vector<double> operator()(const Shape& s, Random& random, Start start) {
        const long joint = s.state + static_cast<long>(s.agents) * s.action;
        const long h = s.hidden;
        const long states = static_cast<long>(s.batch) * s.agents;
        const long rows = s.groups * states * s.samples;
        const long parameters[] = {joint, joint, 2 * h * joint, 2 * h, 2 * h * h, 2 * h, 2 * h, 2};
        KernelCall<T> call(random, start);
        call.input(static_cast<long>(s.batch) * s.state);
        call.input(s.groups * states * s.action);
        call.input(rows * s.action);
        call.input(s.density_per_sample ? rows : s.groups);
        call.input(states);
        for (const long elements : parameters) {
            call.input(elements);
        }
        call.written(2 * states);
        if (s.corrected) {
            call.written(2 * rows);
        } else {
            call.none(1);
        }
        for (const long elements : parameters) {
            if (s.gradients) {
                call.added(elements);
            } else {
                call.none(1);
            }
        }
        const int sizes[] = {s.batch,        s.groups, s.agents, s.samples,
                             s.action,       s.state,  s.hidden, s.density_per_sample,
                             s.normalisation};
        const double constants[] = {0.7, 1e-5, 1.3};
        call.finish(
            critic_penalty(sizeof(T), sizes, 9, constants, 3, call.addresses(), call.count()));
        std::vector<double> all;
        call.add_results(all);
        return all;
    }
};

}  // namespace

std::vector<KernelCase> critic_penalty_cases(int random_shapes) {
    std::vector<Shape> shapes = {
        {5, 2, 3, 64, 2, 3, 32, 1, 1, true, true},   {1, 1, 1, 1, 1, 0, 1, 0, 0, true, true},
        {97, 1, 1, 1, 1, 1, 1, 1, 1, true, true},    {31, 3, 6, 10, 1, 17, 64, 1, 2, true, true},
        {1, 1, 3, 65, 5, 18, 33, 1, 1, false, true}, {2, 3, 2, 33, 7, 3, 17, 0, 2, true, false},
        {65, 1, 2, 1, 3, 5, 15, 1, 0, false, false}, {3, 2, 1, 64, 2, 4, 16, 1, 2, true, true}};
    Shapes random;
    for (int more = 0; more < random_shapes; ++more) {
        shapes.push_back({random.pick({1, 2, 3, 7, 31}), random.pick({1, 2, 3}),
                          random.pick({1, 2, 3, 5}), random.pick({1, 2, 5, 10, 21}),
                          random.pick({1, 2, 3, 4, 5}), random.pick({0, 1, 3, 8, 17}),
                          random.pick({1, 3, 7, 8, 9, 15, 16, 17, 31, 33}), random.pick({0, 1}),
                          random.pick({0, 1, 2}), random.maybe(), random.maybe()});
    }
    std::vector<KernelCase> cases;
    for (const Shape& shape : shapes) {
        cases.push_back(kernel_case<Run>("critic_penalty", shape, false));
    }
    return cases;
}
