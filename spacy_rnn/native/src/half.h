// A portion of a layer with weights and inputs in bfloat16, and everything else in single precision.
//
// A file that includes this has AVX512-BF16, and defines TILES if it has AMX.
#pragma once
#include "portions.h"

namespace KIND {

typedef unsigned short Half;
typedef int Pair __attribute__((aligned(2), may_alias));

static inline i64 whole(i64 depth) { return (depth + DEPTH - 1) / DEPTH * DEPTH; }

static inline void halve(Vec value, Half* to) {
  _mm256_storeu_si256((__m256i*)to, (__m256i)_mm512_cvtneps_pbh((__m512)value));
}

// A row of any size, filled up with zeros to a whole depth.
static inline void halve_row(const float* from, i64 size, Half* to) {
  for (i64 j = 0; j < whole(size); j += LANES) {
    const i64 left = size - j;
    const __mmask16 real = left >= LANES ? 0xffff : left > 0 ? (1 << left) - 1 : 0;
    halve((Vec)_mm512_maskz_loadu_ps(real, from + j), to + j);
  }
}

// weights (gates * units, input) to [units / LANES][whole(input) / DEPTH][gates][DEPTH / 2][LANES][2].
static void pack(const float* weights, i64 gates, i64 units, i64 input, void* packed) {
  const i64 depth = whole(input);
  for (i64 row = 0; row < gates * units; row++) {
    const i64 gate = row / units, block = row % units / LANES, lane = row % LANES;
    Half* to = (Half*)packed + (block * depth * gates + gate * DEPTH) * LANES + lane * 2;
    for (i64 k = 0; k < depth; k += LANES) {
      Half some[LANES];
      const i64 left = input - k;
      const __mmask16 real = left >= LANES ? 0xffff : left > 0 ? (1 << left) - 1 : 0;
      halve((Vec)_mm512_maskz_loadu_ps(real, weights + row * input + k), some);
      for (i64 j = 0; j < LANES; j++) {
        const i64 whole_tiles = (k + j) / DEPTH * DEPTH, inside = (k + j) % DEPTH;
        to[whole_tiles * gates * LANES + inside / 2 * 2 * LANES + inside % 2] = some[j];
      }
    }
  }
}

#ifdef TILES

struct Shape {
  unsigned char palette, start, reserved[14];
  unsigned short width[16];
  unsigned char height[16];
};

// Tiles 0 to 3 hold sums, 4 rows and 5 to 7 weights.
static inline void begin(i64 rows) {
  Shape shape = {1, 0, {}, {}, {}};
  for (int i = 0; i < 8; i++) shape.width[i] = 64, shape.height[i] = i < 5 && rows < TILE ? rows : TILE;
  _tile_loadconfig(&shape);
}

static inline void end() { _tile_release(); }

// (TILE, G, LANES) sums of up to TILE rows, whole(depth) apart and deep, times a block of weights.
template <int G>
static inline void multiply(const Half* rows, i64, i64 depth, const Half* weights, float* sums) {
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  if (G > 3) _tile_zero(3);
  for (i64 k = 0; k < depth; k += DEPTH) {
    const Half* from = weights + k * G * LANES;
    _tile_loadd(4, rows + k, depth * 2);
    _tile_loadd(5, from, 64);
    _tile_dpbf16ps(0, 4, 5);
    _tile_loadd(6, from + DEPTH * LANES, 64);
    _tile_dpbf16ps(1, 4, 6);
    _tile_loadd(7, from + 2 * DEPTH * LANES, 64);
    _tile_dpbf16ps(2, 4, 7);
    if (G > 3) {
      _tile_loadd(5, from + 3 * DEPTH * LANES, 64);
      _tile_dpbf16ps(3, 4, 5);
    }
  }
  _tile_stored(0, sums, G * 64);
  _tile_stored(1, sums + LANES, G * 64);
  _tile_stored(2, sums + 2 * LANES, G * 64);
  if (G > 3) _tile_stored(3, sums + 3 * LANES, G * 64);
}

#else

static inline void begin(i64) {}
static inline void end() {}

template <int G, int R>
static inline void multiply_rows(i64 left, const Half* rows, i64 depth, const Half* weights, float* sums) {
  if (left >= R) {
    // Few sums would wait for each other: then every second product goes into others.
    const int PARTS = R < 3 ? 2 : 1;
    __m512 part[PARTS][R][G] = {};
    for (i64 k = 0; k < depth; k += 2 * PARTS) {
      const Half* from = weights + (k / DEPTH * DEPTH * G + k % DEPTH) * LANES;
#pragma GCC unroll 2
      for (int p = 0; p < PARTS; p++)
#pragma GCC unroll 4
        for (int q = 0; q < G; q++) {
          const __m512bh w = (__m512bh)_mm512_loadu_si512(from + (q * DEPTH + 2 * p) * LANES);
#pragma GCC unroll 6
          for (int r = 0; r < R; r++) {
            const __m512bh x = (__m512bh)_mm512_set1_epi32(*(const Pair*)(rows + r * depth + k + 2 * p));
            part[p][r][q] = _mm512_dpbf16_ps(part[p][r][q], x, w);
          }
        }
    }
#pragma GCC unroll 6
    for (int r = 0; r < R; r++)
#pragma GCC unroll 4
      for (int q = 0; q < G; q++)
        store(sums + (r * G + q) * LANES, (Vec)(PARTS > 1 ? part[0][r][q] + part[1][r][q] : part[0][r][q]));
    return;
  }
  if constexpr (R > 1) multiply_rows<G, R - 1>(left, rows, depth, weights, sums);
}

// (count, G, LANES) sums of rows, whole(depth) apart and deep, times a block of weights.
template <int G>
static inline void multiply(const Half* rows, i64 count, i64 depth, const Half* weights, float* sums) {
  const int R = SUMS / G;
  for (i64 row = 0; row < count; row += R)
    multiply_rows<G, R>(count - row, rows + row * depth, depth, weights, sums + row * G * LANES);
}

#endif

static inline i64 at_most_a_tile(i64 rows) { return rows < TILE ? rows : TILE; }

// gates = rows @ inputs + bias
template <class Cell>
static void project(const Layer& a, const Half* inputs, const float* bias, const Portion& some,
                    Half* rows) {
  const int G = Cell::GATES;
  const i64 depth = whole(a.input);
  float sums[TILE * G * LANES];
  for (i64 i = 0, row = 0; i < some.count; i++)
    for (i64 j = 0; j < some.lengths[i]; j++, row++)
      halve_row(a.rows + (some.starts[i] + j) * a.row_stride, a.input, rows + row * depth);
  begin(some.total);
  for (i64 block = 0; block < a.units; block += LANES)
    for (i64 row = 0; row < some.total; row += TILE) {
      const i64 count = at_most_a_tile(some.total - row);
      multiply<G>(rows + row * depth, count, depth, inputs + block * depth * G, sums);
      for (i64 r = 0; r < count; r++)
        for (int q = 0; q < G; q++)
          store(a.gates + ((row + r) * G + q) * a.units + block,
                load(sums + (r * G + q) * LANES) + load(bias + q * a.units + block));
    }
}

// One block of units of step t, for some rows from the i-th on.
template <class Cell>
static inline void activate_rows(const Recurrence& a, i64 t, i64 i, i64 count, i64 block,
                                 const float* sums, Half* next, i64 depth) {
  const int G = Cell::GATES;
  for (i64 r = 0; r < count; r++) {
    const i64 step = a.step(i + r, t), state = (i + r) * a.units + block;
    Vec sum[G];
    for (int q = 0; q < G; q++) sum[q] = load(sums + (r * G + q) * LANES);
    const Vec h = Cell::activate(a, sum, a.gates + (a.starts[i + r] + step) * a.gate_stride + block,
                                 a.hidden + state, a.cell + state, 0, block);
    store(a.hidden + state, h);
    store(a.out + (a.places[i + r] + step) * a.out_stride + block, h);
    halve(h, next + (i + r) * depth + block);
  }
}

template <class Cell>
static void advance(const Recurrence& a, const Half* weights, Half* hidden, Half* next) {
  const int G = Cell::GATES;
  const i64 depth = whole(a.units);
  float sums[TILE * G * LANES];
  for (i64 i = 0; i < a.count; i++) {
    halve_row(a.hidden + i * a.units, a.units, hidden + i * depth);
    halve_row(a.hidden + i * a.units, a.units, next + i * depth);
  }
  begin(a.count);
  i64 n = a.count;
  for (i64 t = 0; n; t++) {
    while (n && a.lengths[n - 1] <= t) n--;
    for (i64 b = 0; b < a.units; b += LANES) {
      // There and back again: the weights that were read last are still near.
      const i64 block = t & 1 ? a.units - LANES - b : b;
      for (i64 i = 0; i < n; i += TILE) {
        const i64 count = at_most_a_tile(n - i);
        multiply<G>(hidden + i * depth, count, depth, weights + block * depth * G, sums);
        activate_rows<Cell>(a, t, i, count, block, sums, next, depth);
      }
    }
    Half* done = next;
    next = hidden;
    hidden = done;
  }
}

template <class Cell>
static void read(const Layer& a, i64 direction, const Portion& some, bool fresh) {
  const i64 gates = Cell::GATES * a.units, input = whole(a.input), units = whole(a.units);
  const Half* inputs = (const Half*)a.inputs + direction * gates * input;
  const Half* recurrent = (const Half*)a.recurrent + direction * gates * units;
  Half *hidden = (Half*)a.halves, *next = hidden + (some.count + TILE) * units;
  project<Cell>(a, inputs, a.bias + direction * gates, some, next + (some.count + TILE) * units);
  advance<Cell>(recurrence_of<Cell>(a, direction, some, fresh), recurrent, hidden, next);
  end();
}

extern const Kernels kernels;
const Kernels kernels = {pack, read_layer<Lstm>, read_layer<Gru>};

}  // namespace KIND
