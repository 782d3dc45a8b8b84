// The kernels for x86-64 with AVX2 and FMA.
#include "instruction_set.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC target("avx2,fma")
#define INSTRUCTION_SET cfcql_avx2
#define VECTOR_BYTES 32
#define BLOCK_ROWS 6
#define BLOCK_VECTORS 2
#include "instruction_set_body.h"
#endif
