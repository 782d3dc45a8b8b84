// The kernels for any processor: 16-byte vectors.
#include "instruction_set.h"

#define INSTRUCTION_SET cfcql_generic
#define VECTOR_BYTES 16
#define BLOCK_ROWS 4
#define BLOCK_VECTORS 2
#include "instruction_set_body.h"
