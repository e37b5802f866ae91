// bfloat16, for processors with AVX-512 and its BF16.
#define KIND avx512_bf16
#define LANES 16
#define SUMS 24
#include "half.h"
