// All kernels for one instruction set: INSTRUCTION_SET names the namespace, VECTOR_BYTES,
// BLOCK_ROWS and BLOCK_VECTORS say how wide it works.
#pragma once

namespace INSTRUCTION_SET {
namespace {
#include "counterfactuals_body.h"
#include "critic_penalty_body.h"
#include "joint_samples_body.h"
#include "perceptron_body.h"
#include "recurrent_network_body.h"
}  // namespace

#define CFCQL_DEFINE(name, Class, Sizes, Arrays)                  \
    void name(const Sizes& sizes, const Arrays<float>& arrays) {  \
        Class<float>(sizes, arrays).run();                        \
    }                                                             \
    void name(const Sizes& sizes, const Arrays<double>& arrays) { \
        Class<double>(sizes, arrays).run();                       \
    }
CFCQL_KERNELS(CFCQL_DEFINE)
#undef CFCQL_DEFINE
}  // namespace INSTRUCTION_SET
