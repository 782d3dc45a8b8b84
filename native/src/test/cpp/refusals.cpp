#include "refusals.h"

#include <algorithm>
#include <string>
#include <vector>

#include "kernels.h"
#include "process.h"
#include "report.h"

namespace {

alignas(64) double memory[64] = {0};

int64_t somewhere() {
    return reinterpret_cast<int64_t>(memory);
}

int64_t of(const std::vector<int64_t>& list) {
    return reinterpret_cast<int64_t>(list.data());
}

// A call that would be taken, to be spoilt.
class Call {
  public:
    explicit Call(const char* kernel) : kernel_(kernel) {}

    Call& sizes(std::initializer_list<std::pair<const char*, int64_t>> named) {
        for (const auto& [name, value] : named) {
            add("size", name, value);
        }
        return *this;
    }
    Call& constants(std::initializer_list<const char*> names) {
        for (const char* name : names) {
            add("constant", name, 0);
        }
        return *this;
    }
    Call& list(const char* name, const std::vector<int64_t>& values) {
        for (const int64_t value : values) {
            add("list", name, value);
        }
        return *this;
    }
    // Somewhere, all of one kind.
    Call& arrays(const char* kind, std::initializer_list<const char*> names) {
        for (const char* name : names) {
            add(kind, name, somewhere());
        }
        return *this;
    }
    Call& bytes(int element) {
        bytes_ = element;
        return *this;
    }
    Call& with(const char* name, int64_t value) {
        for (Argument& argument : arguments_) {
            if (argument.name == name) {
                argument.value = value;
            }
        }
        return *this;
    }
    Call& without(const std::string& name) {
        arguments_.erase(std::remove_if(arguments_.begin(), arguments_.end(),
                                        [&](const Argument& a) { return a.name == name; }),
                         arguments_.end());
        return *this;
    }
    Call& add(const char* kind, const char* name, int64_t value) {
        arguments_.push_back({kind, name, value});
        return *this;
    }

    int run() const {
        std::string names;
        std::vector<int64_t> values;
        for (const Argument& argument : arguments_) {
            names += (names.empty() ? "" : " ") + argument.kind + ":" + argument.name;
            values.push_back(argument.value);
        }
        return run_kernel(kernel_, bytes_, names.c_str(), values.data(),
                          static_cast<int>(values.size()));
    }

  private:
    struct Argument {
        std::string kind;
        std::string name;
        int64_t value;
    };

    const char* kernel_;
    int bytes_ = sizeof(float);
    std::vector<Argument> arguments_;
};

void refused(const char* what, const std::string& reason, const Call& call) {
    const int status = call.run();
    ++report().calls;
    report().where = what;
    if (status == 0) {
        report().complain("expected a refusal");
    } else if (std::string(last_error()).find(reason) == std::string::npos) {
        report().complain("expected a reason with \"" + reason + "\", found \"" + last_error() +
                          "\"");
    }
}

// Each of these arrays is asked for by name, whether it is left out or has the address 0.
void needed(const char* what, const Call& good, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        refused(what, std::string("expected the array ") + name + ", found address 0",
                Call(good).with(name, 0));
        refused(what, std::string("expected the array ") + name + ", found none",
                Call(good).without(name));
    }
}

Call penalty() {
    return Call("critic_penalty")
        .sizes({{"batch", 1},
                {"groups", 1},
                {"agents", 1},
                {"samples", 1},
                {"action_size", 1},
                {"state_size", 1},
                {"hidden", 1},
                {"density_per_sample", 0},
                {"normalisation", 0}})
        .constants({"temperature", "epsilon", "gradient_scale"})
        .arrays("real", {"state", "others", "sampled", "log_density", "weights", "norm_scale",
                         "norm_shift", "weight1", "bias1", "weight2", "bias2", "weight3", "bias3"})
        .arrays("result", {"lse", "corrected", "norm_scale_gradient", "norm_shift_gradient",
                           "weight1_gradient", "bias1_gradient", "weight2_gradient",
                           "bias2_gradient", "weight3_gradient", "bias3_gradient"});
}

Call recurrent(const std::vector<int64_t>& active) {
    return Call("recurrent_network")
        .sizes({{"agents", 1}, {"observation", 1}, {"actions", 3}, {"hidden", 1}})
        .list("active", active)
        .arrays("integer", {"previous"})
        .arrays("real", {"observations", "weight1", "bias1", "gate_input", "gate_memory",
                         "input_bias", "memory_bias", "weight2", "bias2", "value_gradient"})
        .arrays("result", {"values", "kept", "weight1_gradient", "bias1_gradient",
                           "gate_input_gradient", "gate_memory_gradient", "input_bias_gradient",
                           "memory_bias_gradient", "weight2_gradient", "bias2_gradient"});
}

Call mixer(const char* kernel) {
    return Call(kernel)
        .sizes({{"steps", 1}, {"agents", 1}, {"actions", 2}, {"embedding", 1}})
        .constants({"alpha", "scale"})
        .arrays("integer", {"chosen"})
        .arrays("boolean", {"available"})
        .arrays("real", {"values", "first", "first_bias", "second", "second_bias", "target"})
        .arrays("result", {"joint", "lse", "values_gradient", "first_gradient",
                           "first_bias_gradient", "second_gradient", "second_bias_gradient"});
}

Call mixed() {
    return mixer("counterfactuals")
        .sizes({{"weighing", 1}, {"ratio", 0}})
        .constants({"tau"})
        .arrays("real", {"behaviour"})
        .arrays("result", {"weighted", "weights", "divergence", "counterfactual"});
}

Call sampled() {
    return mixer("joint_samples")
        .sizes({{"samples", 1}, {"places", 1}})
        .arrays("integer", {"place", "indices"})
        .arrays("result", {"sampled", "valid"});
}

Call layered(const std::vector<int64_t>& widths) {
    return Call("perceptron")
        .sizes({{"rows", 1}, {"replicas", 1}, {"groups", 1}, {"normalised", 1}})
        .list("widths", widths)
        .constants({"epsilon"})
        .arrays("real", {"input", "value_gradient", "scale", "shift", "weight0", "bias0", "weight1",
                         "bias1"})
        .arrays("result", {"values", "kept", "scale_gradient", "shift_gradient", "weight0_gradient",
                           "bias0_gradient", "weight1_gradient", "bias1_gradient"});
}

void critic_penalties() {
    const char* positive = "must be positive";
    refused("penalty, a size is missing", "expected size batch, found none",
            penalty().without("batch"));
    refused("penalty, a constant is missing", "expected constant epsilon, found none",
            penalty().without("epsilon"));
    refused("penalty, a size too much", "expected no further argument, found size places",
            penalty().add("size", "places", 1));
    refused("penalty, an array twice", "expected no further argument, found real state",
            penalty().add("real", "state", somewhere()));
    refused("penalty, a gradient as input", "expected bias3_gradient as result, found real",
            penalty().without("bias3_gradient").add("real", "bias3_gradient", somewhere()));
    refused("penalty, a size of 2^32", "expected a size for batch",
            penalty().with("batch", int64_t{1} << 32));
    refused("penalty, batch 0", positive, penalty().with("batch", 0));
    refused("penalty, hidden -1", positive, penalty().with("hidden", -1));
    refused("penalty, normalisation 7", "no such normalisation",
            penalty().with("normalisation", 7));
    refused("penalty, half precision", "float or double", penalty().bytes(2));
    refused("penalty, 2^32 rows of a state", "2^31",
            penalty().with("groups", 65536).with("agents", 65536));
    needed("penalty, an array is missing", penalty(),
           {"state", "others", "weights", "norm_scale", "bias3", "lse", "norm_scale_gradient",
            "bias3_gradient"});
}

void recurrent_networks() {
    const char* ordered = "ordered by time";
    const std::vector<int64_t> first = {0};
    refused("recurrent, a size is missing", "expected size hidden, found none",
            recurrent({1}).without("hidden"));
    refused("recurrent, no times", "expected list active, found none", recurrent({}));
    refused("recurrent, agents 0", "must be positive", recurrent({1}).with("agents", 0));
    refused("recurrent, rising", ordered, recurrent({1, 2}));
    refused("recurrent, no episode", ordered, recurrent({0}));
    refused("recurrent, 2^33 episodes", ordered, recurrent({1LL << 33}));
    refused("recurrent, 2^32 units", "2^31",
            recurrent({1}).with("agents", 65536).with("hidden", 65536));
    for (const int64_t action : {-1, 4}) {
        const std::vector<int64_t> previous = {action};
        refused("recurrent, action", "outside of the task's actions",
                recurrent({1}).with("previous", of(previous)));
    }
    refused("recurrent, unaligned", "must be aligned",
            recurrent({1})
                .with("previous", of(first))
                .with("kept", somewhere() + static_cast<int64_t>(sizeof(float))));
    needed("recurrent, an array is missing", recurrent({1}),
           {"observations", "previous", "weight1", "bias2", "kept", "weight1_gradient",
            "bias2_gradient"});
    refused("recurrent, nowhere to write", "expected the array values",
            recurrent({1}).without("value_gradient").without("values"));
}

void mixers() {
    const std::vector<int64_t> first = {0};
    const std::vector<int64_t> beyond = {2};
    const char* outside = "outside of the task's actions";
    refused("counterfactuals, a size is missing", "expected size ratio, found none",
            mixed().without("ratio"));
    refused("counterfactuals, a constant is missing", "expected constant tau, found none",
            mixed().without("tau"));
    refused("counterfactuals, weighing 3", "no such weights", mixed().with("weighing", 3));
    refused("counterfactuals, embedding 0", "must be positive", mixed().with("embedding", 0));
    refused("counterfactuals, action", outside, mixed().with("chosen", of(beyond)));
    refused("counterfactuals, 2^32 actions", "2^31",
            mixed().with("agents", 65536).with("actions", 65536));
    needed("counterfactuals, an array is missing", mixed(),
           {"values", "chosen", "behaviour", "target", "divergence", "values_gradient",
            "second_bias_gradient"});
    refused("samples, a size of another kernel", "expected no further argument, found size ratio",
            sampled().add("size", "ratio", 0));
    refused("samples, a constant of another kernel", "found constant tau",
            sampled().add("constant", "tau", 0));
    refused("samples, 0 samples", "must be positive", sampled().with("samples", 0));
    needed("samples, an array is missing", sampled(),
           {"values", "place", "joint", "lse", "values_gradient", "second_bias_gradient"});
    const std::vector<int64_t> place = {1};
    refused("samples, place", outside,
            sampled().with("chosen", of(first)).with("place", of(place)));
    refused("samples, no draws", "expected the array uniform", sampled().without("indices"));
    // A draw outside of the actions is found while the kernel runs: it throws past its blocks.
    const std::vector<int64_t> draw = {5};
    for (int variant = KERNEL_GENERIC; variant <= best_variant(); ++variant) {
        choose_variant(variant);
        refused(
            "samples, draw", outside,
            sampled().with("chosen", of(first)).with("place", of(first)).with("indices", of(draw)));
    }
}

void perceptrons() {
    const std::vector<int64_t> good = {4, 4, 4};
    const char* positive = "must be positive";
    refused("perceptron, no widths", "expected list widths, found none", layered({}));
    refused("perceptron, no layer", positive, layered({4}));
    refused("perceptron, a layer too much", "found real weight1", layered({4, 4}));
    refused("perceptron, a layer without parameters", "expected the array weight2, found none",
            layered({4, 4, 4, 4}));
    refused("perceptron, width 0", positive, layered({4, 0, 4}));
    refused("perceptron, width 2^32 + 4", positive, layered({4, (int64_t{1} << 32) + 4, 4}));
    refused("perceptron, width 2^16", "2^31", layered({4, 65536, 4}));
    refused("perceptron, groups", "for one or for all replicas",
            layered(good).with("replicas", 3).with("groups", 2));
    refused("perceptron, unaligned", "must be aligned",
            layered(good).with("kept", somewhere() + static_cast<int64_t>(sizeof(float))));
    needed("perceptron, an array is missing", layered(good),
           {"input", "kept", "scale", "bias1", "scale_gradient", "bias1_gradient"});
    refused("perceptron, nowhere to write", "expected the array values",
            layered(good).without("value_gradient").without("values"));
}

void borders() {
    refused("no such kernel", "no kernel of this name", Call("penalty"));
    ++report().calls;
    report().where = "names";
    const int64_t values[] = {1, 2};
    if (run_kernel("perceptron", 4, "size:rows", values, 2) == 0 ||
        run_kernel("perceptron", 4, "size:rows size:groups", values, 1) == 0 ||
        run_kernel("perceptron", 4, "rows groups", values, 2) == 0) {
        report().complain("names that do not fit the values were taken");
    }
    if (choose_variant(17) == 0 ||
        std::string(last_error()).find("lacks the instruction set") == std::string::npos) {
        report().complain("an instruction set that the processor lacks was taken");
    }
}

}  // namespace

void check_refusals() {
    critic_penalties();
    recurrent_networks();
    mixers();
    perceptrons();
    borders();
}

void check_allocator() {
    report().where = "allocator";
    if (configure_allocator() != CFCQL_ALLOCATOR_OTHER || thread_arena() != CFCQL_ALLOCATOR_OTHER) {
        report().complain("the sanitizer's malloc was taken for that of glibc");
    }
}
