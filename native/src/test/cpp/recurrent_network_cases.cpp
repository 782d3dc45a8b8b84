#include <algorithm>

#include "kernel_case.h"

namespace {

constexpr int kPlanes = 6;
constexpr int kUnits = 16;

struct Shape {
    std::vector<int64_t> active;
    int agents, observation, actions, hidden;
    bool backward;

    std::string text() const {
        return shape_text({{"times", static_cast<long>(active.size())},
                           {"episodes", active[0]},
                           {"agents", agents},
                           {"observation", observation},
                           {"actions", actions},
                           {"hidden", hidden}});
    }
};

template <typename T>
class Run {
  public:
    std::vector<double> operator()(const Shape& s, Random& random, Start start) {
        long rows = 0;
        for (const int64_t episodes : s.active) {
            rows += episodes;
        }
        const long h = s.hidden;
        const long padded = (h + kUnits - 1) / kUnits * kUnits;
        const std::vector<std::pair<std::string, long>> parameters = {
            {"weight1", h * (s.observation + s.actions + s.agents)},
            {"bias1", h},
            {"gate_input", 3 * h * h},
            {"gate_memory", 3 * h * h},
            {"input_bias", 3 * h},
            {"memory_bias", 3 * h},
            {"weight2", s.actions * h},
            {"bias2", s.actions}};
        KernelCall<T> forward(random, start);
        forward.size("agents", s.agents);
        forward.size("observation", s.observation);
        forward.size("actions", s.actions);
        forward.size("hidden", s.hidden);
        forward.list("active", s.active);
        forward.input("observations", rows * s.agents * s.observation);
        Buffer<int64_t>* previous = forward.integers("previous", rows * s.agents, s.actions + 1);
        previous->data[0] = s.actions;  // no action before the first step
        previous->remember();
        for (const auto& [name, elements] : parameters) {
            forward.input(name, elements);
        }
        forward.written("values", rows * s.agents * s.actions);
        Buffer<T>* kept =
            s.backward ? forward.kept("kept", rows * s.agents * kPlanes * padded) : nullptr;
        forward.run("recurrent_network");
        std::vector<double> all;
        forward.add_results(all);
        if (s.backward) {
            kept->remember();
            KernelCall<T> backward(random, start);
            backward.again(forward);
            backward.again("kept", kept);
            backward.input("value_gradient", rows * s.agents * s.actions);
            for (const auto& [name, elements] : parameters) {
                backward.added(name + "_gradient", elements);
            }
            backward.run("recurrent_network");
            forward.check();
            if (!kept->unchanged()) {
                report().complain("the kept rows were written by the backward pass");
            }
            backward.add_results(all);
        }
        return all;
    }
};

}  // namespace

std::vector<KernelCase> recurrent_network_cases(int random_shapes) {
    std::vector<Shape> shapes = {{{96, 96, 1}, 1, 5, 16, 32, true},
                                 {{1}, 1, 1, 1, 1, true},
                                 {{97}, 1, 1, 1, 1, true},
                                 {{97, 97, 1}, 3, 5, 7, 17, true},
                                 {{33, 32, 31, 1, 1}, 3, 96, 14, 64, true},
                                 {{1, 1, 1}, 96, 3, 5, 16, true},
                                 {{2, 1}, 97, 30, 9, 33, false}};
    Shapes random;
    for (int more = 0; more < random_shapes; ++more) {
        std::vector<int64_t> active(random.pick({1, 2, 3, 7}));
        int64_t left = random.pick({1, 2, 5, 33, 97});
        for (int64_t& episodes : active) {
            episodes = left;
            left = std::max<int64_t>(1, left - random.pick({0, 1, 2, 3, 4}));
        }
        shapes.push_back({active, random.pick({1, 2, 3, 5}), random.pick({1, 3, 16, 17, 42}),
                          random.pick({1, 2, 9, 15, 16, 17}),
                          random.pick({1, 7, 15, 16, 17, 32, 33}), random.pick({0, 1, 1}) == 1});
    }
    std::vector<KernelCase> cases;
    for (const Shape& shape : shapes) {
        cases.push_back(kernel_case<Run>("recurrent_network", shape, false));
    }
    return cases;
}
