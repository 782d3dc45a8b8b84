#include <algorithm>
#include <cstring>

#include "kernel_case.h"

namespace {

struct Shape {
    int steps, agents, actions, embedding, samples, places;
    bool available_only, reported, nothing_available;

    std::string text() const {
        return shape_text({{"steps", steps},
                           {"agents", agents},
                           {"actions", actions},
                           {"embedding", embedding},
                           {"samples", samples},
                           {"available only", available_only}});
    }
};

template <typename T>
struct Run {
    std::vector<double> operator()(const Shape& s, Random& random, Start start) {
        const long agents = static_cast<long>(s.steps) * s.agents;
        const long embedding = static_cast<long>(s.steps) * s.embedding;
        const long draws = static_cast<long>(s.samples) * s.places * s.agents;
        KernelCall<T> call(random, start);
        call.size("steps", s.steps);
        call.size("agents", s.agents);
        call.size("actions", s.actions);
        call.size("embedding", s.embedding);
        call.size("samples", s.samples);
        call.size("places", s.places);
        call.constant("alpha", 0.6);
        call.constant("scale", 1.0 / std::max(1, s.steps));
        call.input("values", agents * s.actions, 2);
        call.integers("chosen", agents, s.actions);
        Buffer<uint8_t>* available = call.bits("available", agents * s.actions, s.actions);
        if (s.nothing_available) {
            std::memset(available->data, 0, available->filled);
            available->remember();
        }
        call.input("first", agents * s.embedding);
        call.input("first_bias", embedding);
        call.input("second", embedding);
        call.input("second_bias", s.steps);
        call.input("target", s.steps);
        call.integers("place", s.steps, std::max(1, s.places));
        if (s.available_only) {
            call.input("uniform", draws, 1);
        } else {
            call.integers("indices", draws, s.actions);
        }
        call.written("joint", s.steps);
        call.written("lse", s.steps);
        if (s.reported) {
            call.written("sampled", static_cast<long>(s.steps) * s.samples);
            call.written("valid", static_cast<long>(s.steps) * s.samples);
        }
        call.written("values_gradient", agents * s.actions);
        call.written("first_gradient", agents * s.embedding);
        call.written("first_bias_gradient", embedding);
        call.written("second_gradient", embedding);
        call.written("second_bias_gradient", s.steps);
        call.run("joint_samples");
        std::vector<double> all;
        call.add_results(all);
        return all;
    }
};

}  // namespace

std::vector<KernelCase> joint_samples_cases(int random_shapes) {
    std::vector<Shape> shapes = {
        {4, 3, 5, 7, 16, 1, false, true, false},   {4, 3, 5, 7, 9, 1, true, true, false},
        {0, 1, 1, 1, 1, 0, false, false, false},   {1, 1, 1, 1, 1, 1, true, true, false},
        {1, 1, 1, 1, 1, 1, false, true, false},    {97, 3, 5, 17, 10, 7, true, false, false},
        {97, 3, 5, 17, 15, 7, false, true, false}, {9, 3, 5, 17, 16, 7, false, false, false},
        {4, 2, 5, 3, 7, 3, true, true, true},      {4, 2, 5, 3, 7, 3, false, true, true},
        {4, 2, 5, 3, 7, 3, false, false, true}};
    Shapes random;
    for (int more = 0; more < random_shapes; ++more) {
        shapes.push_back({random.pick({1, 2, 13, 97}), random.pick({1, 2, 3, 5, 10}),
                          random.pick({1, 2, 7, 11, 17}), random.pick({1, 3, 8, 15, 32}),
                          random.pick({1, 2, 3, 7, 8, 9, 15, 16, 31}), random.pick({1, 3, 40}),
                          random.maybe(), random.maybe(), false});
    }
    std::vector<KernelCase> cases;
    for (const Shape& shape : shapes) {
        cases.push_back(kernel_case<Run>("joint_samples", shape, true));
    }
    return cases;
}
