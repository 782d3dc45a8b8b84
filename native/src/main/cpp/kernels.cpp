#include "kernels.h"

#include <cstdio>
#include <exception>
#include <stdexcept>

#include "critic_penalty.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define CFCQL_X86 1
#else
#define CFCQL_X86 0
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
#if CFCQL_X86
    if (current_variant() == KERNEL_AVX512) {
        cfcql_avx512::critic_penalty(sizes, arrays);
        return;
    }
    if (current_variant() == KERNEL_AVX2) {
        cfcql_avx2::critic_penalty(sizes, arrays);
        return;
    }
#endif
    cfcql_generic::critic_penalty(sizes, arrays);
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

int critic_penalty(int element_bytes, const int* sizes, const double* constants,
                   const int64_t* arrays) noexcept {
    return guarded([&] {
        const CriticPenaltySizes s = {sizes[0],     sizes[1],     sizes[2],    sizes[3],
                                      sizes[4],     sizes[5],     sizes[6],    sizes[7],
                                      constants[0], constants[1], constants[2]};
        if (s.batch < 1 || s.groups < 1 || s.agents < 1 || s.samples < 1 || s.action_size < 1 ||
            s.state_size < 0 || s.hidden < 1) {
            throw std::invalid_argument("sizes of critic_penalty must be positive");
        }
        if (element_bytes == sizeof(float)) {
            run_critic_penalty<float>(s, arrays);
        } else if (element_bytes == sizeof(double)) {
            run_critic_penalty<double>(s, arrays);
        } else {
            throw std::invalid_argument("critic_penalty expects float or double");
        }
    });
}
