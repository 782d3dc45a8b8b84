// The kernels for x86-64 with AVX-512 (F, VL, BW, DQ).
#include "instruction_set.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC target("avx512f,avx512vl,avx512bw,avx512dq,fma,prefer-vector-width=512")
#define INSTRUCTION_SET cfcql_avx512
#define VECTOR_BYTES 64
#define BLOCK_ROWS 6
#define BLOCK_VECTORS 4
#include "instruction_set_body.h"
#endif
