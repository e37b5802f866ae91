// How a layer is read at inference: rows are projected and read a portion at a time.
#pragma once
#include "cells.h"

namespace KIND {

// Some sequences, longest first, whose rows fit the room for gates; or a stretch of a long one.
struct Portion {
  i64 count, total;
  const i64 *firsts, *starts, *lengths;
};

// One direction of a portion, from the state that is there; `fresh` if that is zero.
template <class Cell>
static void read(const Layer& a, i64 direction, const Portion& some, bool fresh);

// The recurrence that follows when a portion's gates are projected.
template <class Cell>
static Recurrence recurrence_of(const Layer& a, i64 direction, const Portion& some, bool fresh) {
  const i64 units = a.units, state = some.count * units;
  return {units, some.count, a.reversed + direction, 0, fresh, Cell::GATES * units,
          a.directions * units, 0, some.firsts, some.starts, some.lengths, 0, 0,
          a.late_bias + direction * units, a.gates, a.out + direction * units, 0,
          a.state, a.state + state, a.state + 2 * state};
}

// Sequences begin..end are entered, and left; hidden, a spare one and cells are side by side.
static void enter(const Layer& a, i64 begin, i64 end) {
  const i64 size = (end - begin) * a.units, all = a.count * a.units;
  for (i64 j = 0; !a.carried && j < 3 * size; j += LANES) store(a.state + j, Vec{});
  for (i64 i = 0; a.carried && i < 2; i++)
    copy(a.carried + i * all + begin * a.units, size, a.state + 2 * i * size);
}

static void leave(const Layer& a, i64 begin, i64 end) {
  const i64 size = (end - begin) * a.units, all = a.count * a.units;
  for (i64 i = 0; a.carried && i < 2; i++)
    copy(a.state + 2 * i * size, size, a.carried + i * all + begin * a.units);
}

// A sequence that is too long for the room, stretch by stretch.
template <class Cell>
static void read_long(const Layer& a, i64 direction, i64 start, i64 length) {
  const i64 stretches = (length + ROWS_AT_A_TIME - 1) / ROWS_AT_A_TIME, first = 0;
  for (i64 i = 0; i < stretches; i++) {
    const i64 nth = a.reversed + direction ? stretches - 1 - i : i, begin = nth * ROWS_AT_A_TIME;
    const i64 left = length - begin, size = left < ROWS_AT_A_TIME ? left : ROWS_AT_A_TIME;
    const i64 place = start + begin;
    read<Cell>(a, direction, {1, size, &first, &place, &size}, !i && !a.carried);
  }
}

template <class Cell>
static void read_layer(const Layer& a) {
  const i64* lengths = a.lengths();
  for (i64 direction = 0; direction < a.directions; direction++)
    for (i64 begin = 0, end; begin < a.count; begin = end) {
      end = begin + 1;
      i64 total = lengths[begin];
      a.firsts[begin] = 0;
      for (; end < a.count && total + lengths[end] <= ROWS_AT_A_TIME; total += lengths[end++])
        a.firsts[end] = total;
      enter(a, begin, end);
      if (total > ROWS_AT_A_TIME)
        read_long<Cell>(a, direction, a.starts()[begin], total);
      else
        read<Cell>(a, direction, {end - begin, total, a.firsts + begin, a.starts() + begin, lengths + begin},
                   !a.carried);
      leave(a, begin, end);
    }
}

}  // namespace KIND
