// One step of a decoder: the cell, attention over the rows of each source, and the readout.
#pragma once
#include "cells.h"
#include "matrix.h"
#include "product.h"
#include "sums.h"

namespace KIND {

static inline Vec tanh_of(Vec x) {
  const Vec fade = exp_minus(x, 2.f);
  return (1.f - fade) * inverse(1.f + fade);
}

template <class Cell>
static void step_cell(const Decoding& a) {
  const int G = Cell::GATES;
  const i64 W = a.width, N = a.count * a.beams;
  const auto read = [&](const Panels& x) {
    put(x, 0, a.embedding, [&](i64 n) {
      return a.embed + (a.tokens[n] < a.vocabulary ? a.tokens[n] : a.unknown) * a.embedding;
    });
    if (a.feed) put(x, a.embedding, W, [&](i64 n) { return a.readout + n * W; });
  };
  const i64 depth = a.embedding + (a.feed ? W : 0);
  multiply<G>(a.panels, N, depth, read, a.inputs, W, [&](i64 n, i64 block, const Vec* sum) {
    for (int q = 0; q < G; q++)
      store(a.gates + (n * G + q) * W + block, sum[q] + load(a.bias + q * W + block));
  });
  Recurrence plain = {};
  plain.units = W;
  plain.late_bias = a.late_bias;
  const auto old = [&](const Panels& x) { put(x, 0, W, [&](i64 n) { return a.hidden + n * W; }); };
  multiply<G>(a.panels, N, W, old, a.recurrent, W, [&](i64 n, i64 block, const Vec* sum) {
    const i64 place = n * W + block;
    const Vec h = Cell::activate(plain, sum, a.gates + n * G * W + block, a.hidden + place,
                                 a.next_cell + place, 0, block);
    store(a.next_hidden + place, h);
  });
}

// RETURNS: (N, key).
static const float* make_queries(const Decoding& a) {
  if (!a.query) return a.next_hidden;
  const i64 units = a.key / COLUMNS;
  const auto hidden = [&](const Panels& x) {
    put(x, 0, a.width, [&](i64 n) { return a.next_hidden + n * a.width; });
  };
  const auto keep = [&](i64 n, i64 block, const Vec* sum) {
    for (int q = 0; q < COLUMNS; q++) {
      const i64 column = q * units + block;
      const Vec bias = a.query_bias ? load(a.query_bias + column) : Vec{};
      store(a.queries + n * a.key + column, sum[q] + bias);
    }
  };
  multiply<COLUMNS>(a.panels, a.count * a.beams, a.width, hidden, a.query, units, keep);
  return a.queries;
}

// query * key, summed, for R keys.
template <int R>
static inline void dots(i64 some, const float* query, const float* keys, i64 key, float* to) {
  if (some >= R) {
    Vec sum[R] = {};
    for (i64 j = 0; j < key; j += LANES)
      for (int r = 0; r < R; r++) sum[r] += load(query + j) * load(keys + r * key + j);
    for (int r = 0; r < R; r++) to[r] = total_of(sum[r]);
    return;
  }
  if constexpr (R > 1) dots<R - 1>(some, query, keys, key, to);
}

// Bahdanau et al. 2015: score * tanh(query + key + seen * coverage), summed.
static inline float additive(const Decoding& a, const float* query, const float* key, float coverage) {
  Vec sum = {};
  for (i64 j = 0; j < a.key; j += LANES) {
    Vec mixed = load(query + j) + load(key + j);
    if (a.seen) mixed += coverage * load(a.seen + j);
    sum += load(a.score + j) * tanh_of(mixed);
  }
  return total_of(sum);
}

// The scores of one hypothesis for the rows of its source.
static inline void score_rows(const Decoding& a, const float* query, const float* keys, i64 length,
                              const float* coverage, float* scores) {
  const int R = SUMS / 2;
  if (a.score) {
    for (i64 s = 0; s < length; s++) scores[s] = additive(a, query, keys + s * a.key, coverage[s]);
    return;
  }
  for (i64 s = 0; s < length; s += R) dots<R>(length - s, query, keys + s * a.key, a.key, scores + s);
  if (a.seen)
    for (i64 s = 0; s < length; s++) scores[s] += *a.seen * coverage[s];
}

// From scores to weights that sum to 1, and 0 at padding; coverage counts them in.
static inline void weigh(const Decoding& a, i64 n, i64 length) {
  float* weights = a.attention + n * a.rows;
  const i64 whole = (length + LANES - 1) / LANES * LANES;
  exponentials(weights, length, whole, a.line);
  const float share = 1.f / sum_of(a.line, whole);
  for (i64 s = 0; s < a.rows; s++) {
    weights[s] = s < length ? a.line[s] * share : 0.f;
    a.next_coverage[n * a.rows + s] = a.coverage[n * a.rows + s] + weights[s];
  }
}

// The rows of a source, as R hypotheses weigh them, from the n-th on.
template <int R>
static inline void mix_rows(i64 some, const Decoding& a, const float* values, i64 length, i64 n) {
  if (some >= R) {
    const float* from[R];
    for (int r = 0; r < R; r++) from[r] = a.attention + (n + r) * a.rows;
    for (i64 column = 0; column < a.memory; column += COLUMNS * LANES) {
      Vec sum[R][COLUMNS] = {};
      add_product<R, COLUMNS>(from, values + column, length, a.memory, sum);
      for (int r = 0; r < R; r++)
        for (int q = 0; q < COLUMNS; q++) store(a.contexts + (n + r) * a.memory + column + q * LANES, sum[r][q]);
    }
    return;
  }
  if constexpr (R > 1) mix_rows<R - 1>(some, a, values, length, n);
}

// One source after the other: its rows are still near when they are read again.
static void attend(const Decoding& a, const float* queries) {
  const int R = SUMS / COLUMNS;
  for (i64 i = 0; i < a.count; i++) {
    const i64 source = a.documents[i], start = a.starts[source], length = a.lengths[source];
    const i64 end = (i + 1) * a.beams;
    const float *keys = a.keys + start * a.key, *values = a.values + start * a.memory;
    for (i64 n = i * a.beams; n < end; n++) {
      score_rows(a, queries + n * a.key, keys, length, a.coverage + n * a.rows, a.attention + n * a.rows);
      weigh(a, n, length);
    }
    for (i64 n = i * a.beams; n < end; n += R) mix_rows<R>(end - n, a, values, length, n);
  }
}

// tanh of [hidden | context] @ combine
static void read_out(const Decoding& a) {
  const i64 units = a.width / COLUMNS;
  const auto both = [&](const Panels& x) {
    put(x, 0, a.width, [&](i64 n) { return a.next_hidden + n * a.width; });
    put(x, a.width, a.memory, [&](i64 n) { return a.contexts + n * a.memory; });
  };
  const auto bend = [&](i64 n, i64 block, const Vec* sum) {
    for (int q = 0; q < COLUMNS; q++) {
      const i64 column = q * units + block;
      store(a.next_readout + n * a.width + column, tanh_of(sum[q] + load(a.combine_bias + column)));
    }
  };
  multiply<COLUMNS>(a.panels, a.count * a.beams, a.width + a.memory, both, a.combine, units, bend);
}

template <class Cell>
static void decode(const Decoding& a) {
  step_cell<Cell>(a);
  attend(a, make_queries(a));
  read_out(a);
}

}  // namespace KIND
