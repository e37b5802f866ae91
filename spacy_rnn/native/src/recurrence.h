// The recurrence of a layer over ragged rows, and the way back: no padding.
#pragma once
#include "cells.h"
#include "product.h"

namespace KIND {

// One step of R sequences, from the i-th on, for LANES units.
template <class Cell, int R>
static inline void advance(const Recurrence& a, i64 t, i64 i, i64 block, const float* hidden,
                           float* next) {
  const int G = Cell::GATES;
  const i64 units = a.units;
  const float* from[R];
  float* gates[R];
  for (int r = 0; r < R; r++) {
    from[r] = hidden + (i + r) * units;
    const i64 row = a.starts[i + r] + a.step(i + r, t);
    gates[r] = a.gates + (a.index ? a.index[row] : row) * a.gate_stride + block;
    for (int q = 0; q < G; q++) __builtin_prefetch(gates[r] + q * units);
  }
  Vec sum[R][G] = {};
  const i64 depth = t || !a.fresh ? units : 0;
  add_product<R, G>(from, a.weights + block * units * G, depth, G * LANES, sum);
#pragma GCC unroll 8
  for (int r = 0; r < R; r++) {
    const i64 place = a.places[i + r] + a.step(i + r, t), state = (i + r) * units + block;
    const Vec h = Cell::activate(a, sum[r], gates[r], hidden + state, a.cell + state,
                                 a.kept + place * a.kept_stride + block, block);
    store(next + state, h);
    store(a.out + place * a.out_stride + block, h);
  }
}

template <class Cell, int R>
static inline void advance_rows(int rows, const Recurrence& a, i64 t, i64 i, i64 block,
                                const float* hidden, float* next) {
  if (rows == R) return advance<Cell, R>(a, t, i, block, hidden, next);
  if constexpr (R > 1) advance_rows<Cell, R - 1>(rows, a, t, i, block, hidden, next);
}

template <class Cell>
static void forward(const Recurrence& a) {
  const int R = rows_at_once(Cell::GATES);
  float *hidden = a.hidden, *next = a.spare;
  i64 n = a.count;
  for (i64 t = 0; n; t++) {
    while (n && a.lengths[n - 1] <= t) n--;
    for (i64 b = 0; b < a.units; b += LANES) {
      // There and back again: the weights that were read last are still near.
      const i64 block = t & 1 ? a.units - LANES - b : b;
      const i64 groups = (n + R - 1) / R;
      for (i64 group = 0, i = 0; group < groups; group++) {
        const i64 end = n * (group + 1) / groups;
        advance_rows<Cell, R>(end - i, a, t, i, block, hidden, next);
        i = end;
      }
    }
    float* done = next;
    next = hidden;
    hidden = done;
  }
  for (i64 i = 0; i < a.count; i++)
    if (a.lengths[i] & 1) copy(a.spare + i * a.units, a.units, a.hidden + i * a.units);
}

// d_hidden += the derivatives of one gate @ weights, for R rows and Q vectors of columns.
template <int R, int Q>
static inline void send(const float* const* from, const float* weights, i64 units, float* d_hidden) {
  Vec sum[R][Q];
  for (int r = 0; r < R; r++)
    for (int q = 0; q < Q; q++) sum[r][q] = load(d_hidden + r * units + q * LANES);
  add_product<R, Q>(from, weights, units, units, sum);
  for (int r = 0; r < R; r++)
    for (int q = 0; q < Q; q++) store(d_hidden + r * units + q * LANES, sum[r][q]);
}

template <int R, int Q>
static inline void send_columns(i64 columns, const float* const* from, const float* weights,
                                i64 units, float* d_hidden) {
  if (columns == Q) return send<R, Q>(from, weights, units, d_hidden);
  if constexpr (Q > 1) send_columns<R, Q - 1>(columns, from, weights, units, d_hidden);
}

template <class Cell, int R>
static inline void send_rows(i64 rows, const Gradient& a, i64 t, i64 i, int gate, i64 column,
                             i64 columns) {
  if (rows == R) {
    const float* from[R];
    for (int r = 0; r < R; r++) from[r] = Cell::sent(a, a.row(i + r, t), gate);
    const float* weights = a.weights + gate * a.units * a.units + column * LANES;
    float* to = a.d_hidden + i * a.units + column * LANES;
    return send_columns<R, 4>(columns, from, weights, a.units, to);
  }
  if constexpr (R > 1) send_rows<Cell, R - 1>(rows, a, t, i, gate, column, columns);
}

// What all gates of step t send back to the n hidden states before it.
template <class Cell>
static void send_back(const Gradient& a, i64 t, i64 n) {
  const int R = rows_at_once(4);
  const i64 vectors = a.units / LANES, slabs = (vectors + 3) / 4, groups = (n + R - 1) / R;
  for (int gate = 0; gate < Cell::GATES; gate++)
    for (i64 slab = 0, column = 0; slab < slabs; slab++) {
      const i64 columns = vectors * (slab + 1) / slabs - column;
      for (i64 group = 0, i = 0; group < groups; group++) {
        const i64 end = n * (group + 1) / groups;
        send_rows<Cell, R>(end - i, a, t, i, gate, column, columns);
        i = end;
      }
      column += columns;
    }
}

template <class Cell>
static void backward(const Gradient& a) {
  i64 n = 0;
  for (i64 t = a.count ? a.lengths[0] - 1 : -1; t >= 0; t--) {
    while (n < a.count && a.lengths[n] > t) n++;
    for (i64 i = 0; i < n; i++) Cell::derive(a, a.row(i, t), t ? a.row(i, t - 1) : -1, i);
    if (t) send_back<Cell>(a, t, n);
  }
}

}  // namespace KIND
