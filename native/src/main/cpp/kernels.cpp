#include "kernels.h"

#include <cstdio>
#include <exception>
#include <stdexcept>

#include "counterfactuals.h"
#include "critic_penalty.h"
#include "joint_samples.h"
#include "perceptron.h"
#include "recurrent_network.h"
#include "sizes.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define CFCQL_X86 1
#define RUN_VARIANT(kernel, sizes, arrays)             \
    do {                                               \
        if (current_variant() == KERNEL_AVX512) {      \
            cfcql_avx512::kernel(sizes, arrays);       \
        } else if (current_variant() == KERNEL_AVX2) { \
            cfcql_avx2::kernel(sizes, arrays);         \
        } else {                                       \
            cfcql_generic::kernel(sizes, arrays);      \
        }                                              \
    } while (false)
#else
#define CFCQL_X86 0
#define RUN_VARIANT(kernel, sizes, arrays) cfcql_generic::kernel(sizes, arrays)
#endif

namespace {

thread_local char error_text[256] = "";

int detect() {
#if CFCQL_X86
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")) {
        return KERNEL_AVX512;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return KERNEL_AVX2;
    }
#endif
    return KERNEL_GENERIC;
}

int chosen = -1;

// Runs a kernel; no exception passes the border to Java.
template <typename Body>
int guarded(Body body) noexcept {
    try {
        body();
        return 0;
    } catch (const std::exception& failure) {
        std::snprintf(error_text, sizeof(error_text), "%s", failure.what());
    } catch (...) {
        std::snprintf(error_text, sizeof(error_text), "unknown failure in a kernel");
    }
    return 1;
}

template <typename T>
T* address(int64_t value) {
    return reinterpret_cast<T*>(value);
}

template <typename T>
TwinCritic<T> twin_critic(const int64_t* at) {
    return {address<T>(at[0]), address<T>(at[1]), address<T>(at[2]), address<T>(at[3]),
            address<T>(at[4]), address<T>(at[5]), address<T>(at[6]), address<T>(at[7])};
}

template <typename T>
void run_critic_penalty(const CriticPenaltySizes& sizes, const int64_t* a) {
    const CriticPenaltyArrays<T> arrays = {
        address<const T>(a[0]), address<const T>(a[1]), address<const T>(a[2]),
        address<const T>(a[3]), address<const T>(a[4]), twin_critic<const T>(a + 5),
        address<T>(a[13]),      address<T>(a[14]),      twin_critic<T>(a + 15)};
    RUN_VARIANT(critic_penalty, sizes, arrays);
}

template <typename T>
RecurrentParameters<T> recurrent_parameters(const int64_t* at) {
    return {address<T>(at[0]), address<T>(at[1]), address<T>(at[2]), address<T>(at[3]),
            address<T>(at[4]), address<T>(at[5]), address<T>(at[6]), address<T>(at[7])};
}

template <typename T>
void run_recurrent_network(const RecurrentSizes& sizes, const int64_t* active, const int64_t* a) {
    const RecurrentArrays<T> arrays = {active,
                                       address<const T>(a[0]),
                                       address<const int64_t>(a[1]),
                                       recurrent_parameters<const T>(a + 2),
                                       address<T>(a[10]),
                                       address<T>(a[11]),
                                       address<const T>(a[12]),
                                       recurrent_parameters<T>(a + 13)};
    RUN_VARIANT(recurrent_network, sizes, arrays);
}

template <typename T>
void run_counterfactuals(const CounterfactualSizes& sizes, const int64_t* a) {
    const CounterfactualArrays<T> arrays = {address<const T>(a[0]),
                                            address<const int64_t>(a[1]),
                                            address<const uint8_t>(a[2]),
                                            address<const T>(a[3]),
                                            address<const T>(a[4]),
                                            address<const T>(a[5]),
                                            address<const T>(a[6]),
                                            address<const T>(a[7]),
                                            address<const T>(a[8]),
                                            address<T>(a[9]),
                                            address<T>(a[10]),
                                            address<T>(a[11]),
                                            address<T>(a[12]),
                                            address<T>(a[13]),
                                            address<T>(a[14]),
                                            address<T>(a[15]),
                                            address<T>(a[16]),
                                            address<T>(a[17]),
                                            address<T>(a[18]),
                                            address<T>(a[19])};
    RUN_VARIANT(counterfactuals, sizes, arrays);
}

template <typename T>
void run_joint_samples(const JointSampleSizes& sizes, const int64_t* a) {
    const JointSampleArrays<T> arrays = {address<const T>(a[0]),
                                         address<const int64_t>(a[1]),
                                         address<const uint8_t>(a[2]),
                                         address<const T>(a[3]),
                                         address<const T>(a[4]),
                                         address<const T>(a[5]),
                                         address<const T>(a[6]),
                                         address<const T>(a[7]),
                                         address<const int64_t>(a[8]),
                                         address<const int64_t>(a[9]),
                                         address<const T>(a[10]),
                                         address<T>(a[11]),
                                         address<T>(a[12]),
                                         address<T>(a[13]),
                                         address<T>(a[14]),
                                         address<T>(a[15]),
                                         address<T>(a[16]),
                                         address<T>(a[17]),
                                         address<T>(a[18]),
                                         address<T>(a[19])};
    RUN_VARIANT(joint_samples, sizes, arrays);
}

// Scale and shift, then weight and bias of each layer.
template <typename T>
PerceptronParameters<T> perceptron_parameters(int layers, const int64_t* at) {
    PerceptronParameters<T> parameters = {address<T>(at[0]), address<T>(at[1]), {}, {}};
    for (int l = 0; l < layers; ++l) {
        parameters.weight.push_back(address<T>(at[2 + 2 * l]));
        parameters.bias.push_back(address<T>(at[3 + 2 * l]));
    }
    return parameters;
}

template <typename T>
void run_perceptron(const PerceptronSizes& sizes, const int64_t* a) {
    const int layers = sizes.layers();
    const PerceptronArrays<T> arrays = {
        address<const T>(a[0]), perceptron_parameters<const T>(layers, a + 4),
        address<T>(a[1]),       address<T>(a[2]),
        address<const T>(a[3]), perceptron_parameters<T>(layers, a + 6 + 2 * layers)};
    RUN_VARIANT(perceptron, sizes, arrays);
}

template <typename Float, typename Double>
void run_precision(int element_bytes, Float single_precision, Double double_precision) {
    if (element_bytes == sizeof(float)) {
        single_precision();
    } else if (element_bytes == sizeof(double)) {
        double_precision();
    } else {
        throw std::invalid_argument("kernels expect float or double");
    }
}

}  // namespace

int best_variant() noexcept {
    static const int best = detect();
    return best;
}

int current_variant() noexcept {
    return chosen < 0 ? best_variant() : chosen;
}

int choose_variant(int variant) noexcept {
    return guarded([&] {
        if (variant < KERNEL_GENERIC || variant > best_variant()) {
            throw std::invalid_argument("this processor lacks the instruction set asked for");
        }
        chosen = variant;
    });
}

const char* last_error() noexcept {
    return error_text;
}

int critic_penalty(int element_bytes, const int* sizes, int size_count, const double* constants,
                   int constant_count, const int64_t* arrays, int array_count) noexcept {
    return guarded([&] {
        const CriticPenaltySizes s = critic_penalty_sizes(
            {sizes, size_count}, {constants, constant_count}, {arrays, array_count});
        run_precision(
            element_bytes, [&] { run_critic_penalty<float>(s, arrays); },
            [&] { run_critic_penalty<double>(s, arrays); });
    });
}

int recurrent_network(int element_bytes, const int* sizes, int size_count, const int64_t* active,
                      int active_count, const int64_t* arrays, int array_count) noexcept {
    return guarded([&] {
        const RecurrentSizes s =
            recurrent_sizes({sizes, size_count}, {active, active_count}, {arrays, array_count});
        run_precision(
            element_bytes, [&] { run_recurrent_network<float>(s, active, arrays); },
            [&] { run_recurrent_network<double>(s, active, arrays); });
    });
}

int counterfactuals(int element_bytes, const int* sizes, int size_count, const double* constants,
                    int constant_count, const int64_t* arrays, int array_count) noexcept {
    return guarded([&] {
        const CounterfactualSizes s = counterfactual_sizes(
            {sizes, size_count}, {constants, constant_count}, {arrays, array_count});
        run_precision(
            element_bytes, [&] { run_counterfactuals<float>(s, arrays); },
            [&] { run_counterfactuals<double>(s, arrays); });
    });
}

int joint_samples(int element_bytes, const int* sizes, int size_count, const double* constants,
                  int constant_count, const int64_t* arrays, int array_count) noexcept {
    return guarded([&] {
        const JointSampleSizes s = joint_sample_sizes(
            {sizes, size_count}, {constants, constant_count}, {arrays, array_count});
        run_precision(
            element_bytes, [&] { run_joint_samples<float>(s, arrays); },
            [&] { run_joint_samples<double>(s, arrays); });
    });
}

int perceptron(int element_bytes, const int* sizes, int size_count, double epsilon,
               const int64_t* arrays, int array_count) noexcept {
    return guarded([&] {
        const PerceptronSizes s =
            perceptron_sizes({sizes, size_count}, epsilon, {arrays, array_count});
        run_precision(
            element_bytes, [&] { run_perceptron<float>(s, arrays); },
            [&] { run_perceptron<double>(s, arrays); });
    });
}
