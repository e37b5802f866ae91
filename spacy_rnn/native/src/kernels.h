// What the kernels of every processor take, and how they are found.
#pragma once
#include <stdint.h>

typedef int64_t i64;

// A recurrent layer over ragged rows, without a way back.
//
// places: (3, n) the number of each sequence, its first row, and its length, the longest first, none
//     empty. firsts: (n,), room.
// rows: rows of `input` numbers, `row_stride` apart. out: (total, directions, units).
// inputs, recurrent: for each direction the weights from `pack`. bias: (directions, gates * units).
// late_bias: (directions, units), a GRU's hidden bias inside its reset product.
// gates: (ROWS_AT_A_TIME or all, gates * units), room. state: (3, n, units), room.
// reversed: the first direction reads from the last row to the first; the second does always.
// carried: null, or with one direction (2, n, units): the hidden states and the cells in which the
//     sequences are entered, and then those in which they are left.
// halves: where inputs and recurrent are bfloat16, room for TILE rows more than `gates` has, as deep
//     as the input, and 2 * (n + TILE) as deep as the units, both made multiples of DEPTH.
//
// A projection is the first half of that, for rows which are then read by their number: n is theirs,
// gates (directions, n, gates * units) are all that is written, and no places are read.
struct Layer {
  i64 input, units, directions, count, row_stride, reversed;
  const i64* places;
  i64* firsts;
  const float *rows, *bias, *late_bias;
  const void *inputs, *recurrent;
  float *gates, *state, *out, *carried;
  void* halves;

  const i64* starts() const { return places + count; }
  const i64* lengths() const { return places + 2 * count; }
};

// One direction of a recurrent layer over n sequences, longest first, none empty.
//
// starts, places: (n,) each sequence's first row in `gates` and in `out`. lengths: (n,).
// reversed: read from the last row to the first.
// gates: rows of the projected input, in torch's order of gates, `gate_stride` apart; with `keep`
//     they are replaced by the activated gates. index: null, or which row of `gates` belongs to each
//     row that `starts` counts, so that equal inputs are projected once. out: rows of units, `out_stride` apart.
// kept: with `keep`, rows of units, `kept_stride` apart: an LSTM's cells, a GRU's hidden part
//     before its reset.
// hidden, cell: (n, units), the state before the first step, zero if `fresh`. spare: (n, units),
//     room for the next one. Afterwards `hidden` and `cell` are the state after the last step.
struct Recurrence {
  i64 units, count, reversed, keep, fresh, gate_stride, out_stride, kept_stride;
  const i64 *starts, *places, *lengths, *index;
  const float *weights, *late_bias;
  float *gates, *out, *kept, *hidden, *spare, *cell;

  i64 step(i64 i, i64 t) const { return reversed ? lengths[i] - 1 - t : t; }
};

// The way back through the same direction.
//
// weights: (gates * units, units) as torch has them. gates, out, kept: as they were left.
// d_out: rows of units, `out_stride` apart, as those of out. d_gates: written, as gates.
// first: (n, units) the state before the first step: an LSTM's cells, or a GRU's hidden states.
// d_late: written, as kept; for a GRU only. d_hidden, d_cell: (n, units) of zeros.
struct Gradient {
  i64 units, count, reversed, gate_stride, out_stride, kept_stride;
  const i64 *starts, *lengths;
  const float *weights, *gates, *out, *kept, *first, *d_out;
  float *d_gates, *d_late, *d_hidden, *d_cell;

  i64 row(i64 i, i64 t) const { return starts[i] + (reversed ? lengths[i] - 1 - t : t); }
};

// One step of a decoder (nn/decoder.py) for `beams` hypotheses about each of `count` documents: N.
//
// width: of states and readout. embedding: of words. memory, key: of values and keys. rows: S, the
//     most that any source has. vocabulary: words from this on are read as `unknown`.
// feed: whether the readout of the step before is read with the word.
// documents: (count,) which sources these are. starts, lengths: (sources,) their rows in values and
//     keys, (total, ...). tokens: (N,). embed: (vocabulary, embedding), as torch has it.
// inputs: over [word | readout], recurrent, combine: over [hidden | context]: weights from `pack`,
//     those of the cell with its gates, all others as if with COLUMNS.
// query: also from `pack`, or null where hidden states are the queries. query_bias: in additive
//     attention only, as score. seen: null, or what the coverage is multiplied with.
// hidden, cell, readout: (N, width), coverage: (N, S), before the step, and next_... after it.
//     next_cell is given as a copy of the cell. attention: (N, S), written.
// panels: (N, width and the larger of embedding and memory), gates: (N, gates * width),
//     queries: (N, key), contexts: (N, memory), line: (S and LANES more), room.
struct Decoding {
  i64 width, embedding, memory, key, rows, count, beams, vocabulary, unknown, feed;
  const i64 *documents, *starts, *lengths, *tokens;
  const float *values, *keys, *embed, *inputs, *bias, *recurrent, *late_bias, *query, *query_bias,
      *score, *seen, *combine, *combine_bias, *hidden, *readout, *coverage;
  float *next_hidden, *next_cell, *next_readout, *next_coverage, *attention;
  float *panels, *gates, *queries, *contexts, *line;
};

// The log-probabilities of all words after such a step.
//
// words: of the vocabulary, filled up to COLUMNS vectors. columns: W, of which those behind get -inf.
// weights: from `pack` with COLUMNS. bias: (words,), -inf where there is no such word.
// gate: (width,), null where nothing is copied, and its bias: (1,).
// first, places: (sources, S), as `Copying` in nn/pointer.py. scores: (N, W), written.
// panels: (N, width), most, total: (N, LANES), line: (2, S and LANES more), room.
struct Scoring {
  i64 width, words, columns, rows, count, beams, unknown;
  const i64 *documents, *lengths, *first, *places;
  const float *readout, *attention, *weights, *bias, *gate, *gate_bias;
  float *scores, *panels, *most, *total, *line;
};

// A chain of tags over n sequences, one after the other; lengths: (n,), zeros allowed.
//
// K is `tags`, here a multiple of the lanes: what is added has a score of -inf.
// emissions: (total, K). start, end: (K,). transitions: (K, K), from the row to the column; into:
// the same transposed. reached: (longest, K), room. path: (total,) is written.
struct Viterbi {
  i64 tags, count;
  const i64* lengths;
  const float *emissions, *start, *transitions, *into, *end;
  float* reached;
  i64* path;
};

// The sums over all paths of such a chain, both ways (forward_backward.py).
//
// tags: K. width: K and what is added to fill vectors. emissions: (total, K), and so on, as scores.
// room: (3 * width + 2, width). chances, behind, onward: (total, width), the probability of each
// tag, and messages as logs. pairs: (K, K), how often each step is taken.
// log_weight: (n,), 0 for an empty sequence; not finite if a number left its range.
struct Sums {
  i64 tags, width, count;
  const i64* lengths;
  const float *emissions, *start, *transitions, *end;
  float *room, *chances, *behind, *onward, *pairs;
  double* log_weight;
};

// One vector for each of n sequences, one after the other (nn/pooling.py); lengths: (n,), zeros allowed.
//
// rows: (total, width), a multiple of the lanes. heads: of attention; 0 for none, and then nothing is
//     read of what belongs to it. keys: their number, a multiple of 4 * lanes. weights: those of the
//     keys, from `pack` as 4 gates. bias: (keys,). queries: (heads, keys).
// room: (ROWS_OF_KEYS, keys). scores: (heads, longest), room, where `longest` is a multiple of the lanes.
// attention: (total, heads), written. attended: (n, heads, width), mean and most: (n, width), zeros
//     that are written into; null is what nobody asks for.
struct Pooling {
  i64 width, heads, keys, count, longest;
  const i64* lengths;
  const float *rows, *weights, *bias, *queries;
  float *room, *scores, *attention, *attended, *mean, *most;
};

// Of a matrix without gates, as many vectors of columns are multiplied at once.
static const int COLUMNS = 2;
// As many projected rows are there at a time, so that they stay in the second cache.
static const i64 ROWS_AT_A_TIME = 512;
// Rows, and numbers of each, that are multiplied at once in bfloat16.
static const i64 TILE = 16, DEPTH = 32;
// Rows whose keys are there at once, at most.
static const i64 ROWS_OF_KEYS = 8;

// Those in bfloat16 have `pack` and layers only.
struct Kernels {
  void (*pack)(const float* weights, i64 gates, i64 units, i64 input, void* packed);
  void (*lstm_layer)(const Layer&);
  void (*gru_layer)(const Layer&);
  void (*lstm_projection)(const Layer&);
  void (*gru_projection)(const Layer&);
  void (*lstm)(const Recurrence&);
  void (*gru)(const Recurrence&);
  void (*lstm_gradient)(const Gradient&);
  void (*gru_gradient)(const Gradient&);
  void (*lstm_decoder)(const Decoding&);
  void (*gru_decoder)(const Decoding&);
  void (*word_scores)(const Scoring&);
  void (*viterbi)(const Viterbi&);
  void (*sums)(const Sums&);
  void (*pool)(const Pooling&);
};

namespace plain { extern const Kernels kernels; }
namespace avx2 { extern const Kernels kernels; }
namespace avx512 { extern const Kernels kernels; }
namespace avx512_bf16 { extern const Kernels kernels; }
namespace amx { extern const Kernels kernels; }
