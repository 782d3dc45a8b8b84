#include "kernels.h"

#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>

#include "checks.h"
#include "kernel_list.h"

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

template <typename Arrays, typename Sizes, typename Run>
void run_arrays(Arguments& arguments, const Sizes& sizes, Run run) {
    Arrays arrays = {};
    arrays.read(arguments, sizes);
    arguments.finish();
    require_arrays(sizes, arrays);
    run(sizes, arrays);
}

template <typename Sizes, template <typename> class Arrays, typename Run>
void run_named(Arguments& arguments, int element_bytes, Run run) {
    Sizes sizes = {};
    sizes.read(arguments);
    require_sizes(sizes);
    if (element_bytes == sizeof(float)) {
        run_arrays<Arrays<float>>(arguments, sizes, run);
    } else if (element_bytes == sizeof(double)) {
        run_arrays<Arrays<double>>(arguments, sizes, run);
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

int run_kernel(const char* kernel, int element_bytes, const char* names, const int64_t* values,
               int count) noexcept {
    return guarded([&] {
        Arguments arguments(kernel, names, values, count);
#define RUN_IF_NAMED(name, Class, Sizes, Arrays)                                              \
    if (std::strcmp(kernel, #name) == 0) {                                                    \
        return run_named<Sizes, Arrays>(                                                      \
            arguments, element_bytes,                                                         \
            [](const auto& sizes, const auto& arrays) { RUN_VARIANT(name, sizes, arrays); }); \
    }
        CFCQL_KERNELS(RUN_IF_NAMED)
#undef RUN_IF_NAMED
        throw std::invalid_argument("there is no kernel of this name");
    });
}
