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
        const std::vector<std::pair<std::string, long>> parameters = {
            {"norm_scale", joint},      {"norm_shift", joint},
            {"weight1", 2 * h * joint}, {"bias1", 2 * h},
            {"weight2", 2 * h * h},     {"bias2", 2 * h},
            {"weight3", 2 * h},         {"bias3", 2}};
        KernelCall<T> call(random, start);
        call.size("batch", s.batch);
        call.size("groups", s.groups);
        call.size("agents", s.agents);
        call.size("samples", s.samples);
        call.size("action_size", s.action);
        call.size("state_size", s.state);
        call.size("hidden", s.hidden);
        call.size("density_per_sample", s.density_per_sample);
        call.size("normalisation", s.normalisation);
        call.constant("temperature", 0.7);
        call.constant("epsilon", 1e-5);
        call.constant("gradient_scale", 1.3);
        call.input("state", static_cast<long>(s.batch) * s.state);
        call.input("others", s.groups * states * s.action);
        call.input("sampled", rows * s.action);
        call.input("log_density", s.density_per_sample ? rows : s.groups);
        call.input("weights", states);
        for (const auto& [name, elements] : parameters) {
            call.input(name, elements);
        }
        call.written("lse", 2 * states);
        if (s.corrected) {
            call.written("corrected", 2 * rows);
        }
        if (s.gradients) {
            for (const auto& [name, elements] : parameters) {
                call.added(name + "_gradient", elements);
            }
        }
        call.run("critic_penalty");
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
