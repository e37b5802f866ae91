// For processors with AVX-512 F, DQ, BW and VL.
#define KIND avx512
#define LANES 16
#define SUMS 24
#include "kind.h"
