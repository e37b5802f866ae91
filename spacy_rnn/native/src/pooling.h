// One vector for each sequence of ragged rows: attention over them, their mean and their maximum.
#pragma once
#include "chain.h"
#include "product.h"

namespace KIND {

// Vectors of keys that a row is multiplied into at once, in the order of four gates.
static const int KEYS = 4;

// (R, keys) rows @ weights
template <int R>
static inline void multiply_keys(const Pooling& a, const float* rows) {
  const float* from[R];
  const i64 part = a.keys / KEYS;
  for (int r = 0; r < R; r++) from[r] = rows + r * a.width;
  for (i64 block = 0; block < part; block += LANES) {
    Vec sum[R][KEYS] = {};
    add_product<R, KEYS>(from, a.weights + block * a.width * KEYS, a.width, KEYS * LANES, sum);
    for (int r = 0; r < R; r++)
      for (int q = 0; q < KEYS; q++) store(a.room + r * a.keys + q * part + block, sum[r][q]);
  }
}

// tanh(keys + bias)
static inline void bend(float* keys, const float* bias, i64 size) {
  for (i64 j = 0; j < size; j += LANES) {
    const Vec fade = exp_minus(load(keys + j) + load(bias + j), 2.f);
    store(keys + j, (1.f - fade) * inverse(1.f + fade));
  }
}

static inline float dot(const float* a, const float* b, i64 size) {
  Vec sum = {};
  for (i64 j = 0; j < size; j += LANES) sum += load(a + j) * load(b + j);
  return sum_of((const float*)&sum, LANES);
}

// How much attention some rows of a sequence ask for, from the i-th on.
template <int R>
static inline void score(i64 left, const Pooling& a, const float* rows, i64 i) {
  if (left >= R) {
    multiply_keys<R>(a, rows + i * a.width);
    for (int r = 0; r < R; r++) bend(a.room + r * a.keys, a.bias, a.keys);
    for (i64 head = 0; head < a.heads; head++)
      for (int r = 0; r < R; r++)
        a.scores[head * a.longest + i + r] = dot(a.room + r * a.keys, a.queries + head * a.keys, a.keys);
    return;
  }
  if constexpr (R > 1) score<R - 1>(left, a, rows, i);
}

// Scores to weights that sum to one; `width` is the length, filled up to whole vectors.
static inline void softmax(float* scores, i64 length, i64 width) {
  for (i64 j = length; j < width; j++) scores[j] = -__builtin_inff();
  const Vec most = all(greatest_of(scores, width));
  for (i64 j = 0; j < width; j += LANES) store(scores + j, exp_of(load(scores + j) - most));
  const Vec total = all(sum_of(scores, width));
  for (i64 j = 0; j < width; j += LANES) store(scores + j, load(scores + j) / total);
}

static inline void attend(const Pooling& a, const float* rows, i64 length, float* attention, float* to) {
  const int R = rows_at_once(KEYS);
  for (i64 i = 0; i < length; i += R) score<R>(length - i, a, rows, i);
  for (i64 head = 0; head < a.heads; head++, to += a.width) {
    float* weights = a.scores + head * a.longest;
    softmax(weights, length, (length + LANES - 1) / LANES * LANES);
    for (i64 i = 0; i < length; i++) {
      attention[i * a.heads + head] = weights[i];
      for (i64 j = 0; j < a.width; j += LANES)
        store(to + j, load(to + j) + weights[i] * load(rows + i * a.width + j));
    }
  }
}

static inline void take_mean(const Pooling& a, const float* rows, i64 length, float* to) {
  for (i64 i = 0; i < length; i++)
    for (i64 j = 0; j < a.width; j += LANES) store(to + j, load(to + j) + load(rows + i * a.width + j));
  for (i64 j = 0; j < a.width; j += LANES) store(to + j, load(to + j) / (float)length);
}

// NaN stays where it has been seen.
static inline void take_most(const Pooling& a, const float* rows, i64 length, float* to) {
  copy(rows, a.width, to);
  for (i64 i = 1; i < length; i++)
    for (i64 j = 0; j < a.width; j += LANES) {
      const Vec x = load(rows + i * a.width + j), most = greatest(x, load(to + j));
      store(to + j, x == x ? most : x);
    }
}

static void pool(const Pooling& a) {
  const float* rows = a.rows;
  float* attention = a.attention;
  for (i64 n = 0; n < a.count; n++) {
    const i64 length = a.lengths[n];
    if (!length) continue;
    if (a.heads) attend(a, rows, length, attention, a.attended + n * a.heads * a.width);
    if (a.mean) take_mean(a, rows, length, a.mean + n * a.width);
    if (a.most) take_most(a, rows, length, a.most + n * a.width);
    rows += length * a.width;
    attention += length * a.heads;
  }
}

}  // namespace KIND
