#include "kernel_case.h"

namespace {

constexpr int kUnits = 16;

struct Shape {
    int rows, replicas, groups;
    bool normalised;
    std::vector<int> widths;
    bool backward;

    int layers() const { return static_cast<int>(widths.size()) - 1; }
    std::string text() const {
        return shape_text({{"rows", rows},
                           {"replicas", replicas},
                           {"groups", groups},
                           {"normalised", normalised},
                           {"layers", layers()}});
    }
};

template <typename T>
class Run {
  public:
    std::vector<double> operator()(const Shape& s, Random& random, Start start) {
        const long values = static_cast<long>(s.replicas) * s.rows * s.widths.back();
        const std::vector<std::pair<std::string, long>> tensors = parameters(s);
        const long kept_elements = kept_of_row(s) * s.rows;
        KernelCall<T> forward(random, start);
        forward.size("rows", s.rows);
        forward.size("replicas", s.replicas);
        forward.size("groups", s.groups);
        forward.size("normalised", s.normalised);
        forward.list("widths", s.widths);
        forward.constant("epsilon", 1e-5);
        forward.input("input", static_cast<long>(s.rows) * s.groups * s.widths.front());
        forward.written("values", values);
        Buffer<T>* kept = s.backward ? forward.kept("kept", kept_elements) : nullptr;
        for (const auto& [name, elements] : tensors) {
            forward.input(name, elements);
        }
        forward.run("perceptron");
        std::vector<double> all;
        forward.add_results(all);
        if (s.backward) {
            kept->remember();
            KernelCall<T> backward(random, start);
            backward.again(forward);
            backward.again("kept", kept);
            backward.input("value_gradient", values);
            for (const auto& [name, elements] : tensors) {
                backward.added(name + "_gradient", elements);
            }
            backward.run("perceptron");
            forward.check();
            if (!kept->unchanged()) {
                report().complain("the kept rows were written by the backward pass");
            }
            backward.add_results(all);
        }
        return all;
    }

  private:
    static std::vector<std::pair<std::string, long>> parameters(const Shape& s) {
        std::vector<std::pair<std::string, long>> elements;
        if (s.normalised) {
            const long columns = static_cast<long>(s.groups) * s.widths.front();
            elements = {{"scale", columns}, {"shift", columns}};
        }
        for (int l = 0; l < s.layers(); ++l) {
            const long units = static_cast<long>(s.replicas) * s.widths[l + 1];
            elements.emplace_back("weight" + std::to_string(l), units * s.widths[l]);
            elements.emplace_back("bias" + std::to_string(l), units);
        }
        return elements;
    }

    static long kept_of_row(const Shape& s) {
        long hidden = 0;
        for (int l = 1; l < s.layers(); ++l) {
            hidden += (s.widths[l] + kUnits - 1) / kUnits * kUnits;
        }
        return s.replicas * hidden + (s.normalised ? s.groups * s.widths.front() : 0);
    }
};

}  // namespace

std::vector<KernelCase> perceptron_cases(int random_shapes) {
    std::vector<Shape> shapes = {
        {64, 1, 1, true, {16, 32, 16}, true},      {1, 1, 1, false, {1, 1}, true},
        {1, 1, 1, false, {1, 1}, false},           {97, 1, 1, true, {1, 1}, true},
        {97, 3, 3, true, {5, 17, 33, 3}, true},    {97, 3, 1, true, {5, 17, 33, 3}, false},
        {64, 2, 1, false, {18, 64, 64, 5}, true},  {65, 2, 2, true, {3, 16, 1}, true},
        {1, 6, 6, true, {40, 15, 15, 15, 7}, true}};
    Shapes random;
    for (int more = 0; more < random_shapes; ++more) {
        const int replicas = random.pick({1, 2, 3, 5});
        std::vector<int> widths(random.pick({2, 3, 4, 5}));
        for (int& width : widths) {
            width = random.pick({1, 2, 7, 8, 15, 16, 17, 31, 33});
        }
        shapes.push_back({random.pick({1, 2, 63, 64, 65, 97, 130}), replicas,
                          random.maybe() ? 1 : replicas, random.maybe(), widths,
                          random.pick({0, 1, 1}) == 1});
    }
    std::vector<KernelCase> cases;
    for (const Shape& shape : shapes) {
        cases.push_back(kernel_case<Run>("perceptron", shape, false));
    }
    return cases;
}
