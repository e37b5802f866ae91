// A whole layer at inference: rows are projected and read a portion at a time.
#pragma once
#include "recurrence.h"

namespace KIND {

// Some sequences, longest first, whose rows fit the room for gates; or a stretch of a long one.
struct Portion {
  i64 count, total;
  const i64 *firsts, *starts, *lengths;
};

// What one direction is made of.
struct Side {
  const float *inputs, *recurrent, *bias, *late_bias;
};

template <class Cell, int R>
static inline void project_rows(int rows, const Layer& a, const Side& side, const float* const* from,
                                i64 row, i64 block) {
  const int G = Cell::GATES;
  if (rows == R) {
    Vec sum[R][G];
    for (int r = 0; r < R; r++)
      for (int q = 0; q < G; q++) sum[r][q] = load(side.bias + q * a.units + block);
    add_product<R, G>(from, side.inputs + block * a.input * G, a.input, G * LANES, sum);
    for (int r = 0; r < R; r++)
      for (int q = 0; q < G; q++)
        store(a.gates + ((row + r) * G + q) * a.units + block, sum[r][q]);
    return;
  }
  if constexpr (R > 1) project_rows<Cell, R - 1>(rows, a, side, from, row, block);
}

// gates = rows @ inputs + bias
template <class Cell>
static void project(const Layer& a, const Side& side, const Portion& some) {
  const int R = SUMS / Cell::GATES;
  const float* from[ROWS_AT_A_TIME];
  for (i64 i = 0, row = 0; i < some.count; i++)
    for (i64 j = 0; j < some.lengths[i]; j++) from[row++] = a.rows + (some.starts[i] + j) * a.row_stride;
  for (i64 block = 0; block < a.units; block += LANES)
    for (i64 row = 0; row < some.total; row += R) {
      const int rows = some.total - row < R ? some.total - row : R;
      project_rows<Cell, R>(rows, a, side, from + row, row, block);
    }
}

template <class Cell>
static void read(const Layer& a, i64 direction, const Portion& some, bool fresh) {
  const i64 units = a.units, gates = Cell::GATES * units, state = some.count * units;
  const Side side = {
      a.inputs + direction * gates * a.input,
      a.recurrent + direction * gates * units,
      a.bias + direction * gates,
      a.late_bias + direction * units,
  };
  project<Cell>(a, side, some);
  if (fresh)
    for (i64 j = 0; j < 3 * state; j += LANES) store(a.state + j, Vec{});
  forward<Cell>({units, some.count, direction, 0, fresh, gates, a.directions * units, 0, some.firsts,
                 some.starts, some.lengths, 0, side.recurrent, side.late_bias, a.gates,
                 a.out + direction * units, 0, a.state, a.state + state, a.state + 2 * state});
}

// A sequence that is too long for the room, stretch by stretch.
template <class Cell>
static void read_long(const Layer& a, i64 direction, i64 start, i64 length) {
  const i64 stretches = (length + ROWS_AT_A_TIME - 1) / ROWS_AT_A_TIME, first = 0;
  for (i64 i = 0; i < stretches; i++) {
    const i64 begin = (direction ? stretches - 1 - i : i) * ROWS_AT_A_TIME, place = start + begin;
    const i64 left = length - begin, size = left < ROWS_AT_A_TIME ? left : ROWS_AT_A_TIME;
    read<Cell>(a, direction, {1, size, &first, &place, &size}, !i);
  }
}

template <class Cell>
static void read_layer(const Layer& a) {
  for (i64 direction = 0; direction < a.directions; direction++)
    for (i64 begin = 0, end; begin < a.count; begin = end) {
      end = begin + 1;
      if (a.lengths[begin] > ROWS_AT_A_TIME) {
        read_long<Cell>(a, direction, a.starts[begin], a.lengths[begin]);
        continue;
      }
      i64 total = a.lengths[begin];
      a.firsts[begin] = 0;
      for (; end < a.count && total + a.lengths[end] <= ROWS_AT_A_TIME; total += a.lengths[end++])
        a.firsts[end] = total;
      const Portion some = {end - begin, total, a.firsts + begin, a.starts + begin, a.lengths + begin};
      read<Cell>(a, direction, some, true);
    }
}

}  // namespace KIND
