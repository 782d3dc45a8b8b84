// Calls every kernel of kernel_list.h with arrays of exactly the stated size, over odd shapes, in
// both precisions and with every instruction set of this processor. tools/sanitize.sh builds it
// with the address and undefined behaviour sanitizers.
//
//   driver check KERNEL SHAPES  one kernel ("refusals": what entry points refuse); so many random
//                               shapes beside the fixed ones
//   driver planted KERNEL       the sanitizer finds arrays and working blocks of the kernel
//                               that are one element short
//   driver list                 the names of the kernels
//   driver leak                 loses a block, for the script to see whether leaks are found
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "kernel_case.h"
#include "kernel_list.h"
#include "refusals.h"

namespace {

// Exit status that the script asks of the sanitizer.
constexpr int kFound = 99;

struct Agreement {
    double tolerance;
    const char* complaint;
};

void compare(const std::vector<double>& found, const std::vector<double>& expected,
             const Agreement& agreement) {
    if (found.size() != expected.size()) {
        return report().complain("numbers of results differ");
    }
    double scale = 1;
    for (const double value : expected) {
        scale = std::isfinite(value) ? std::max(scale, std::fabs(value)) : scale;
    }
    scale = std::min(scale, 1e3);
    for (std::size_t at = 0; at < found.size(); ++at) {
        if (!std::isfinite(found[at]) && !std::isfinite(expected[at])) {
            continue;
        }
        const double difference = std::fabs(found[at] - expected[at]) / scale;
        if (!(difference <= agreement.tolerance)) {
            return report().complain(std::string(agreement.complaint) + ": element " +
                                     std::to_string(at) + ", expected " +
                                     std::to_string(expected[at]) + ", found " +
                                     std::to_string(found[at]));
        }
        report().largest_difference = std::max(report().largest_difference, difference);
    }
}

bool same_bits(const std::vector<double>& one, const std::vector<double>& other) {
    return one.size() == other.size() &&
           (one.empty() || std::memcmp(one.data(), other.data(), one.size() * sizeof(double)) == 0);
}

std::vector<double> run(const KernelCase& one, int seed, int variant, int bytes, Start start) {
    choose_variant(variant);
    report().where = one.kernel + " (" + one.shape + "), instruction set " +
                     std::to_string(variant) + ", " + std::to_string(bytes) + " bytes" +
                     (start == Start::kShifted ? ", shifted" : "");
    Random random(seed);
    return one.run(bytes, random, start);
}

// Results of equal inputs: twice the same bits, all instruction sets and precisions together.
void check(const KernelCase& one, int seed) {
    const std::vector<double> reference =
        run(one, seed, KERNEL_GENERIC, sizeof(double), Start::kMalloc);
    for (int variant = KERNEL_GENERIC; variant <= best_variant(); ++variant) {
        for (const int bytes : {sizeof(float), sizeof(double)}) {
            const std::vector<double> first = run(one, seed, variant, bytes, Start::kMalloc);
            if (!same_bits(first, run(one, seed, variant, bytes, Start::kMalloc))) {
                report().complain("a second call gave other bits");
            }
            const std::vector<double> shifted = run(one, seed, variant, bytes, Start::kShifted);
            if (bytes == sizeof(double)) {
                compare(first, reference, {1e-9, "instruction sets disagree"});
                compare(shifted, reference, {1e-9, "shifted arrays disagree"});
            } else if (!one.discontinuous) {
                compare(first, reference, {3e-3, "precisions disagree"});
                compare(shifted, reference, {3e-3, "shifted arrays disagree"});
            }
        }
    }
}

// Whether a process that runs the case with this error planted is ended by the sanitizer.
bool found(const KernelCase& one, const Planted& error, int variant, int bytes) {
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child == 0) {
        if (std::freopen("/dev/null", "w", stderr) == nullptr) {
            _exit(1);
        }
        planted() = error;
        run(one, 1, variant, bytes, Start::kMalloc);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == kFound;
}

// Every array must be noticed. A block may have an end that this shape does not use, so half of
// them are enough.
void check_planted(const KernelCase& one, int variant, int bytes) {
    planted() = Planted();
    run(one, 1, variant, bytes, Start::kMalloc);
    const Planted seen = planted();
    for (int array = 0; array < seen.buffers; ++array) {
        ++report().calls;
        Planted error;
        error.buffer = array;
        if (!found(one, error, variant, bytes)) {
            report().complain("array " + std::to_string(array) +
                              " was one element short, which nobody noticed");
        }
    }
    int noticed = 0;
    for (int block = 0; block < seen.blocks; ++block) {
        ++report().calls;
        Planted error;
        error.block = block;
        noticed += found(one, error, variant, bytes);
    }
    if (2 * noticed < seen.blocks || noticed == 0) {
        report().complain("of " + std::to_string(seen.blocks) +
                          " blocks that were one element short " + std::to_string(noticed) +
                          " were noticed, expected half of them");
    }
}

std::vector<KernelCase> cases(const std::string& kernel, int random_shapes) {
#define CASES_IF_NAMED(name, Class, Sizes, Arrays) \
    if (kernel == #name) {                         \
        return name##_cases(random_shapes);        \
    }
    CFCQL_KERNELS(CASES_IF_NAMED)
#undef CASES_IF_NAMED
    std::fprintf(stderr, "driver: expected a kernel, found %s\n", kernel.c_str());
    std::exit(2);
}

int finish(const std::string& mode, const std::string& kernel) {
    std::printf("%s %s: %ld calls, %ld failures, largest difference %g\n", mode.c_str(),
                kernel.c_str(), report().calls, report().failures, report().largest_difference);
    return report().failures == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string mode = argc > 1 ? argv[1] : "";
    const std::string kernel = argc > 2 ? argv[2] : "";
    if (mode == "list") {
#define PRINT_NAME(name, Class, Sizes, Arrays) std::puts(#name);
        CFCQL_KERNELS(PRINT_NAME)
#undef PRINT_NAME
        return 0;
    }
    if (mode == "leak") {
        volatile char* lost = static_cast<char*>(std::malloc(1000));
        lost[0] = 1;
        lost = nullptr;
        return 0;
    }
    if (mode == "check" && kernel == "refusals") {
        check_refusals();
        check_allocator();
        return finish(mode, kernel);
    }
    if (mode == "check") {
        int seed = 0;
        for (const KernelCase& one : cases(kernel, argc > 3 ? std::atoi(argv[3]) : 10)) {
            check(one, ++seed);
        }
        return finish(mode, kernel);
    }
    if (mode == "planted") {
        for (int variant = KERNEL_GENERIC; variant <= best_variant(); ++variant) {
            for (const int bytes : {sizeof(float), sizeof(double)}) {
                check_planted(cases(kernel, 0).front(), variant, bytes);
            }
        }
        return finish(mode, kernel);
    }
    std::fprintf(stderr, "usage: driver check KERNEL [SHAPES] | planted KERNEL | list | leak\n");
    return 2;
}
