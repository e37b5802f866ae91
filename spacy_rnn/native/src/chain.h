// Rows of tags, and the best path through a chain of them, one sequence at a time.
#pragma once
#include "vectors.h"

namespace KIND {

static inline float sum_of(const float* row, i64 width) {
  Vec sum = {};
  for (i64 j = 0; j < width; j += LANES) sum += load(row + j);
  float total = 0.f;
  for (int lane = 0; lane < LANES; lane++) total += sum[lane];
  return total;
}

static inline float greatest_of(const float* row, i64 width) {
  Vec most = load(row);
  for (i64 j = LANES; j < width; j += LANES) most = greatest(load(row + j), most);
  float best = most[0];
  for (int lane = 1; lane < LANES; lane++) best = most[lane] > best ? most[lane] : best;
  return best;
}

// The best step into Q vectors of tags: to[j] = max over i of from[i] + steps[i, j].
template <int Q>
static inline void best_step(const float* from, const float* steps, i64 width, float* to) {
  Vec most[Q];
  for (int q = 0; q < Q; q++) most[q] = all(-__builtin_inff());
  for (i64 i = 0; i < width; i++)
    for (int q = 0; q < Q; q++)
      most[q] = greatest(all(from[i]) + load(steps + i * width + q * LANES), most[q]);
  for (int q = 0; q < Q; q++) store(to + q * LANES, most[q]);
}

// row @ matrix for Q vectors of columns.
template <int Q>
static inline void product(const float* row, const float* matrix, i64 width, float* to) {
  Vec sum[2][Q] = {};
  for (i64 i = 0; i < width; i += 2)
    for (int p = 0; p < 2; p++)
      for (int q = 0; q < Q; q++)
        sum[p][q] += row[i + p] * load(matrix + (i + p) * width + q * LANES);
  for (int q = 0; q < Q; q++) store(to + q * LANES, sum[0][q] + sum[1][q]);
}

// Run a step over all columns, as many at once as there are.
#define OVER_COLUMNS(STEP, row, matrix, width, to)                       \
  for (i64 j = 0; j < width;) {                                          \
    const i64 left = (width - j) / LANES;                                \
    if (left >= 4) STEP<4>(row, matrix + j, width, to + j), j += 4 * LANES; \
    else if (left == 3) STEP<3>(row, matrix + j, width, to + j), j += 3 * LANES; \
    else if (left == 2) STEP<2>(row, matrix + j, width, to + j), j += 2 * LANES; \
    else STEP<1>(row, matrix + j, width, to + j), j += LANES;            \
  }

// The first of the greatest sums.
static inline i64 best_of(const float* a, const float* b, i64 width) {
  i64 best = 0;
  float most = a[0] + b[0];
  for (i64 i = 1; i < width; i++) {
    const float sum = a[i] + b[i];
    if (sum > most) most = sum, best = i;
  }
  return best;
}

static void viterbi(const Viterbi& a) {
  const i64 width = a.tags;
  const float* emissions = a.emissions;
  i64* path = a.path;
  for (i64 n = 0; n < a.count; emissions += a.lengths[n] * width, path += a.lengths[n], n++) {
    const i64 length = a.lengths[n];
    float* row = a.reached;
    for (i64 t = 0; t < length; t++, row += width) {
      if (t) OVER_COLUMNS(best_step, (row - width), a.transitions, width, row)
      const float* before = t ? row : a.start;
      for (i64 j = 0; j < width; j += LANES)
        store(row + j, load(before + j) + load(emissions + t * width + j));
      // Less the best: single precision then lasts over any length.
      const Vec most = all(greatest_of(row, width));
      for (i64 j = 0; j < width; j += LANES) store(row + j, load(row + j) - most);
    }
    const float* next = a.end;
    for (i64 t = length - 1; t >= 0; t--) {
      row -= width;
      path[t] = best_of(row, next, width);
      next = a.into + path[t] * width;
    }
  }
}

}  // namespace KIND
