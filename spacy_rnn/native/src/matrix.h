// Products of some rows with packed weights that are too large for the nearer caches.
#pragma once
#include "vectors.h"

namespace KIND {

static inline float total_of(Vec sum) {
  float total = 0.f;
  for (int lane = 0; lane < LANES; lane++) total += sum[lane];
  return total;
}

// Rows in groups of up to `most`, each transposed to [depth][rows of the group]: as they are read.
struct Panels {
  float* room;
  i64 count, depth, most;

  i64 groups() const { return (count + most - 1) / most; }
  i64 begin(i64 group) const { return count * group / groups(); }
};

// Columns of all rows, from the at-th on. from(n): where the n-th row has them.
template <class From>
static inline void put(const Panels& x, i64 at, i64 width, const From& from) {
  for (i64 group = 0; group < x.groups(); group++) {
    const i64 i = x.begin(group), rows = x.begin(group + 1) - i;
    for (i64 r = 0; r < rows; r++) {
      const float* row = from(i + r);
      float* to = x.room + i * x.depth + at * rows + r;
      for (i64 k = 0; k < width; k++) to[k * rows] = row[k];
    }
  }
}

// R rows @ weights, for Q vectors of columns. ahead: what is wanted next. It is fetched from memory
// little by little meanwhile; at once, it would be in the way of what is wanted now.
template <int R, int Q>
static void multiply_panel(i64 rows, const float* panel, const float* weights, i64 depth,
                           const float* ahead, Vec (*out)[Q]) {
  if (rows == R) {
    const int LINE = 16;
    Vec sum[R][Q] = {};
    for (i64 k = 0; k < depth; k++, panel += R, weights += Q * LANES, ahead += LINE) {
      __builtin_prefetch(ahead, 0, 2);
      Vec w[Q];
#pragma GCC unroll 4
      for (int q = 0; q < Q; q++) w[q] = in_register(load(weights + q * LANES));
#pragma GCC unroll 12
      for (int r = 0; r < R; r++) {
        const Vec x = all(panel[r]);
#pragma GCC unroll 4
        for (int q = 0; q < Q; q++) sum[r][q] += x * w[q];
      }
    }
    for (int r = 0; r < R; r++)
      for (int q = 0; q < Q; q++) out[r][q] = sum[r][q];
    return;
  }
  if constexpr (R > 1) multiply_panel<R - 1, Q>(rows, panel, weights, depth, ahead, out);
}

// rows @ weights, which are packed as Q gates of so many units. then(n, block, sum) gets of the n-th
// row LANES columns of each, from the block-th on. put_in(panels) says what the rows are.
template <int Q, class Put, class Then>
static inline void multiply(float* room, i64 count, i64 depth, const Put& put_in, const float* weights,
                            i64 units, const Then& then) {
  const Panels x = {room, count, depth, SUMS / Q};
  put_in(x);
  const i64 slab = depth * Q * LANES;
  Vec out[SUMS / Q][Q];
  for (i64 block = 0; block < units; block += LANES, weights += slab)
    for (i64 group = 0; group < x.groups(); group++) {
      const i64 i = x.begin(group), rows = x.begin(group + 1) - i;
      const float* ahead = weights + slab + group * depth * 16 % slab;
      multiply_panel<SUMS / Q, Q>(rows, room + i * depth, weights, depth, ahead, out);
      for (i64 r = 0; r < rows; r++) then(i + r, block, out[r]);
    }
}

}  // namespace KIND
