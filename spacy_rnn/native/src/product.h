// Products of a few rows with weights that are read as a stream, in registers.
#pragma once
#include "vectors.h"

namespace KIND {

// weights (gates * units, input) to [units / LANES][input][gates][LANES]: in the order of reading.
static void pack(const float* weights, i64 gates, i64 units, i64 input, void* packed) {
  // Some columns at a time: what is read of all rows, and where it goes to, stays near.
  const i64 columns = 16;
  for (i64 block = 0; block < units; block += LANES)
    for (i64 begin = 0; begin < input; begin += columns)
      for (i64 gate = 0; gate < gates; gate++) {
        const float* from = weights + (gate * units + block) * input;
        float* to = (float*)packed + block * input * gates + gate * LANES;
        const i64 end = begin + columns < input ? begin + columns : input;
        for (i64 k = begin; k < end; k++)
          for (i64 lane = 0; lane < LANES; lane++)
            to[k * gates * LANES + lane] = from[lane * input + k];
      }
}

// Rows whose products with so many vectors fit the registers. Of more than 7, the processor would
// have to look up in memory where they lie.
static constexpr int rows_at_once(int vectors) { return SUMS / vectors < 7 ? SUMS / vectors : 7; }

template <int R, int Q>
static inline void add_outer(const float* const* from, i64 k, const float* weights, Vec (&sum)[R][Q]) {
  Vec w[Q];
#pragma GCC unroll 4
  for (int q = 0; q < Q; q++) {
    w[q] = load(weights + q * LANES);
    if (R > 1) w[q] = in_register(w[q]);
  }
#pragma GCC unroll 8
  for (int r = 0; r < R; r++) {
    const Vec x = all(from[r][k]);
#pragma GCC unroll 4
    for (int q = 0; q < Q; q++) sum[r][q] += x * w[q];
  }
}

// sum[r] += from[r] (depth,) @ weights, whose rows of Q vectors are `stride` floats apart.
template <int R, int Q>
static inline void add_product(const float* const* from, const float* weights, i64 depth, i64 stride,
                               Vec (&sum)[R][Q]) {
  // Few sums would wait for each other: then each gets every so-manieth product.
  const int PARTS = R * Q >= 8 ? 1 : R * Q >= 4 ? 2 : 4;
  Vec part[PARTS][R][Q] = {};
  i64 k = 0;
  for (; k + PARTS <= depth; k += PARTS) {
#pragma GCC unroll 4
    for (int p = 0; p < PARTS; p++, weights += stride) add_outer<R, Q>(from, k + p, weights, part[p]);
  }
  for (; PARTS > 1 && k < depth; k++, weights += stride) add_outer<R, Q>(from, k, weights, part[0]);
#pragma GCC unroll 8
  for (int r = 0; r < R; r++)
#pragma GCC unroll 4
    for (int q = 0; q < Q; q++)
      for (int p = 0; p < PARTS; p++) sum[r][q] += part[p][r][q];
}

}  // namespace KIND
