// A portion of a layer in single precision.
#pragma once
#include "portions.h"
#include "recurrence.h"

namespace KIND {

template <class Cell, int R>
static inline void project_rows(int rows, const Layer& a, const float* inputs, const float* bias,
                                const float* const* from, i64 row, i64 block) {
  const int G = Cell::GATES;
  if (rows == R) {
    Vec sum[R][G];
    for (int r = 0; r < R; r++)
      for (int q = 0; q < G; q++) sum[r][q] = load(bias + q * a.units + block);
    add_product<R, G>(from, inputs + block * a.input * G, a.input, G * LANES, sum);
    for (int r = 0; r < R; r++)
      for (int q = 0; q < G; q++)
        store(a.gates + ((row + r) * G + q) * a.units + block, sum[r][q]);
    return;
  }
  if constexpr (R > 1) project_rows<Cell, R - 1>(rows, a, inputs, bias, from, row, block);
}

// gates = rows @ inputs + bias
template <class Cell>
static void project(const Layer& a, const float* inputs, const float* bias, const Portion& some) {
  const int R = rows_at_once(Cell::GATES);
  const float* from[ROWS_AT_A_TIME];
  for (i64 i = 0, row = 0; i < some.count; i++)
    for (i64 j = 0; j < some.lengths[i]; j++) from[row++] = a.rows + (some.starts[i] + j) * a.row_stride;
  for (i64 block = 0; block < a.units; block += LANES)
    for (i64 row = 0; row < some.total; row += R) {
      const int rows = some.total - row < R ? some.total - row : R;
      project_rows<Cell, R>(rows, a, inputs, bias, from + row, row, block);
    }
}

template <class Cell>
static void project_layer(const Layer& a) {
  const i64 gates = Cell::GATES * a.units, first = 0;
  for (i64 direction = 0; direction < a.directions; direction++)
    for (i64 begin = 0; begin < a.count; begin += ROWS_AT_A_TIME) {
      const i64 left = a.count - begin, size = left < ROWS_AT_A_TIME ? left : ROWS_AT_A_TIME;
      Layer some = a;
      some.gates = a.gates + (direction * a.count + begin) * gates;
      project<Cell>(some, (const float*)a.inputs + direction * gates * a.input,
                    a.bias + direction * gates, {1, size, &first, &begin, &size});
    }
}

template <class Cell>
static void read(const Layer& a, i64 direction, const Portion& some, bool fresh) {
  const i64 gates = Cell::GATES * a.units;
  const float *inputs = (const float*)a.inputs, *recurrent = (const float*)a.recurrent;
  project<Cell>(a, inputs + direction * gates * a.input, a.bias + direction * gates, some);
  Recurrence recurrence = recurrence_of<Cell>(a, direction, some, fresh);
  recurrence.weights = recurrent + direction * gates * a.units;
  forward<Cell>(recurrence);
}

}  // namespace KIND
