// For any processor: 128-bit vectors, which the compiler maps to SSE2, NEON or plain code.
#define KIND plain
#define LANES 4
#define SUMS 8
#include "kind.h"
