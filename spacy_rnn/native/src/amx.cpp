// bfloat16, for processors with AMX beside it.
#define KIND amx
#define LANES 16
#define SUMS 24
#define TILES
#include "half.h"
