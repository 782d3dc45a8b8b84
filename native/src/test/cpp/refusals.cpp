#include "refusals.h"

#include <string>
#include <vector>

#include "kernels.h"
#include "process.h"
#include "report.h"

namespace {

using Integers = std::vector<int>;
using Addresses = std::vector<int64_t>;

alignas(64) double memory[64] = {0};

int64_t somewhere() {
    return reinterpret_cast<int64_t>(memory);
}

int64_t of(const Addresses& list) {
    return reinterpret_cast<int64_t>(list.data());
}

void refused(const char* what, const char* reason, int status) {
    ++report().calls;
    report().where = what;
    if (status == 0) {
        report().complain("expected a refusal");
    } else if (std::string(last_error()).find(reason) == std::string::npos) {
        report().complain(std::string("expected a reason with \"") + reason + "\", found \"" +
                          last_error() + "\"");
    }
}

Addresses arrays(int count) {
    return Addresses(count, somewhere());
}

Addresses without(int count, int at) {
    Addresses all = arrays(count);
    all[at] = 0;
    return all;
}

Addresses with(int count, int at, const Addresses& list) {
    Addresses all = arrays(count);
    all[at] = of(list);
    return all;
}

const double constants[] = {1, 1, 1};

int penalty(const Integers& sizes, const Addresses& a, int bytes = 4, int given = 3) {
    return critic_penalty(bytes, sizes.data(), sizes.size(), constants, given, a.data(), a.size());
}

int recurrent(const Integers& sizes, const Addresses& active, const Addresses& a) {
    return recurrent_network(4, sizes.data(), sizes.size(), active.data(), active.size(), a.data(),
                             a.size());
}

int mixed(const Integers& sizes, const Addresses& a, int given = 3) {
    return counterfactuals(4, sizes.data(), sizes.size(), constants, given, a.data(), a.size());
}

int sampled(const Integers& sizes, const Addresses& a, int given = 2) {
    return joint_samples(4, sizes.data(), sizes.size(), constants, given, a.data(), a.size());
}

int layered(const Integers& sizes, const Addresses& a) {
    return perceptron(4, sizes.data(), sizes.size(), 1, a.data(), a.size());
}

void critic_penalties() {
    const Integers good = {1, 1, 1, 1, 1, 1, 1, 0, 0};
    const char* positive = "must be positive";
    refused("penalty, 8 sizes", "expected 9, found 8",
            penalty({1, 1, 1, 1, 1, 1, 1, 0}, arrays(23)));
    refused("penalty, no sizes", "expected 9, found 0", penalty({}, arrays(23)));
    refused("penalty, 2 constants", "expected 3, found 2", penalty(good, arrays(23), 4, 2));
    refused("penalty, 22 arrays", "expected 23, found 22", penalty(good, arrays(22)));
    refused("penalty, batch 0", positive, penalty({0, 1, 1, 1, 1, 1, 1, 0, 0}, arrays(23)));
    refused("penalty, hidden -1", positive, penalty({1, 1, 1, 1, 1, 1, -1, 0, 0}, arrays(23)));
    refused("penalty, normalisation 7", "no such normalisation",
            penalty({1, 1, 1, 1, 1, 1, 1, 0, 7}, arrays(23)));
    refused("penalty, half precision", "float or double", penalty(good, arrays(23), 2));
    refused("penalty, 2^32 rows of a state", "2^31",
            penalty({1, 65536, 65536, 1, 1, 1, 1, 0, 0}, arrays(23)));
    for (const int needed : {0, 1, 4, 5, 12, 13, 15, 22}) {
        refused("penalty, an array is missing", "found address 0",
                penalty(good, without(23, needed)));
    }
}

void recurrent_networks() {
    const Integers good = {1, 1, 1, 3, 1};
    const Addresses one = {1};
    const char* ordered = "ordered by time";
    refused("recurrent, 4 sizes", "expected 5, found 4", recurrent({1, 1, 1, 3}, one, arrays(21)));
    refused("recurrent, 20 arrays", "expected 21, found 20", recurrent(good, one, arrays(20)));
    refused("recurrent, 2 times for 1", "expected 1, found 2", recurrent(good, {1, 1}, arrays(21)));
    refused("recurrent, times 0", "must be positive", recurrent({0, 1, 1, 1, 1}, {}, arrays(21)));
    refused("recurrent, rising", ordered, recurrent({2, 1, 1, 1, 1}, {1, 2}, arrays(21)));
    refused("recurrent, no episode", ordered, recurrent(good, {0}, arrays(21)));
    refused("recurrent, 2^33 episodes", ordered, recurrent(good, {1LL << 33}, arrays(21)));
    refused("recurrent, 2^32 units", "2^31", recurrent({1, 65536, 1, 1, 65536}, one, arrays(21)));
    for (const int64_t action : {-1, 4}) {
        const Addresses previous = {action};
        refused("recurrent, action", "outside of the task's actions",
                recurrent(good, one, with(21, 1, previous)));
    }
    Addresses unaligned = with(21, 1, one);
    unaligned[11] += sizeof(float);
    refused("recurrent, unaligned", "must be aligned", recurrent(good, one, unaligned));
    for (const int needed : {0, 1, 9, 11, 13, 20}) {
        refused("recurrent, an array is missing", "found address 0",
                recurrent(good, one, without(21, needed)));
    }
    Addresses forward = without(21, 12);
    forward[10] = 0;
    refused("recurrent, nowhere to write", "found address 0", recurrent(good, one, forward));
}

void mixers() {
    const Integers mix = {1, 1, 2, 1, 1, 0};
    const Integers sample = {1, 1, 2, 1, 1, 1};
    const Addresses first = {0};
    const Addresses beyond = {2};
    const char* outside = "outside of the task's actions";
    refused("counterfactuals, 5 sizes", "expected 6, found 5", mixed({1, 1, 2, 1, 0}, arrays(20)));
    refused("counterfactuals, 2 constants", "expected 3, found 2", mixed(mix, arrays(20), 2));
    refused("counterfactuals, 19 arrays", "expected 20, found 19", mixed(mix, arrays(19)));
    refused("counterfactuals, weights 3", "no such weights", mixed({1, 1, 2, 1, 3, 0}, arrays(20)));
    refused("counterfactuals, embedding 0", "must be positive",
            mixed({1, 1, 2, 0, 0, 0}, arrays(20)));
    refused("counterfactuals, action", outside, mixed(mix, with(20, 1, beyond)));
    refused("counterfactuals, 2^32 actions", "2^31", mixed({1, 65536, 65536, 1, 0, 0}, arrays(20)));
    for (const int needed : {0, 1, 7, 8, 13, 15, 19}) {
        refused("counterfactuals, an array is missing", "found address 0",
                mixed(mix, without(20, needed)));
    }
    refused("samples, 7 sizes", "expected 6, found 7", sampled({1, 1, 2, 1, 1, 1, 1}, arrays(20)));
    refused("samples, 3 constants", "expected 2, found 3", sampled(sample, arrays(20), 3));
    refused("samples, 0 samples", "must be positive", sampled({1, 1, 2, 1, 0, 1}, arrays(20)));
    for (const int needed : {0, 8, 11, 12, 15, 19}) {
        refused("samples, an array is missing", "found address 0",
                sampled(sample, without(20, needed)));
    }
    Addresses places = with(20, 1, first);
    const Addresses place = {1};
    places[8] = of(place);
    refused("samples, place", outside, sampled(sample, places));
    Addresses no_draws = with(20, 1, first);
    no_draws[9] = no_draws[10] = 0;
    refused("samples, no draws", "draws are needed", sampled(sample, no_draws));
    // A draw outside of the actions is found while the kernel runs: it throws past its blocks.
    const Addresses draw = {5};
    for (int variant = KERNEL_GENERIC; variant <= best_variant(); ++variant) {
        choose_variant(variant);
        Addresses drawn = with(20, 1, first);
        drawn[8] = of(first);
        drawn[9] = of(draw);
        drawn[10] = 0;
        refused("samples, draw", outside, sampled(sample, drawn));
    }
}

void perceptrons() {
    const Integers good = {1, 1, 1, 1, 2, 4, 4, 4};
    refused("perceptron, 4 sizes", "expected at least 7", layered({1, 1, 1, 0}, arrays(12)));
    refused("perceptron, a width is missing", "expected 8, found 7",
            layered({1, 1, 1, 0, 2, 4, 4}, arrays(16)));
    refused("perceptron, 15 arrays", "expected 16, found 15", layered(good, arrays(15)));
    refused("perceptron, no layer", "must be positive", layered({1, 1, 1, 0, 0, 4}, arrays(8)));
    refused("perceptron, -1 layers", "must be positive", layered({1, 1, 1, 0, -1, 4}, arrays(8)));
    refused("perceptron, 2^31 - 1 layers", "found 7",
            layered({1, 1, 1, 0, 2147483647, 4, 4}, arrays(12)));
    refused("perceptron, width 0", "must be positive", layered({1, 1, 1, 0, 1, 4, 0}, arrays(12)));
    refused("perceptron, width 2^16", "2^31", layered({1, 1, 1, 0, 1, 65536, 4}, arrays(12)));
    refused("perceptron, groups", "for one or for all replicas",
            layered({1, 3, 2, 0, 1, 4, 4}, arrays(12)));
    Addresses unaligned = arrays(16);
    unaligned[2] += sizeof(float);
    refused("perceptron, unaligned", "must be aligned", layered(good, unaligned));
    for (const int needed : {0, 2, 4, 9, 10, 15}) {
        refused("perceptron, an array is missing", "found address 0",
                layered(good, without(16, needed)));
    }
    Addresses forward = without(16, 3);
    forward[1] = 0;
    refused("perceptron, nowhere to write", "found address 0", layered(good, forward));
}

}  // namespace

void check_refusals() {
    critic_penalties();
    recurrent_networks();
    mixers();
    perceptrons();
    refused("variant", "lacks the instruction set", choose_variant(17));
}

void check_allocator() {
    report().where = "allocator";
    if (configure_allocator() != CFCQL_ALLOCATOR_OTHER || thread_arena() != CFCQL_ALLOCATOR_OTHER) {
        report().complain("the sanitizer's malloc was taken for that of glibc");
    }
}
