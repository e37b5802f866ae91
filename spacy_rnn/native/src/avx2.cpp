// For processors with AVX2 and FMA.
#define KIND avx2
#define LANES 8
#define SUMS 12
#include "kind.h"
