// The distribution of the next word: generated, or copied from the source.
#pragma once
#include "matrix.h"
#include "sums.h"

namespace KIND {

// Scores of all words, and of each lane the greatest and the sum of exponentials less that.
static void generate(const Scoring& a) {
  const i64 N = a.count * a.beams, units = a.words / COLUMNS;
  for (i64 n = 0; n < N; n++) {
    store(a.most + n * LANES, all(-3.4e38f));
    store(a.total + n * LANES, Vec{});
  }
  const auto readouts = [&](const Panels& x) {
    put(x, 0, a.width, [&](i64 n) { return a.readout + n * a.width; });
  };
  const auto note = [&](i64 n, i64 block, Vec* sum) {
    const Vec before = load(a.most + n * LANES);
    Vec most = before;
    for (int q = 0; q < COLUMNS; q++) {
      sum[q] += load(a.bias + q * units + block);
      store(a.scores + n * a.columns + q * units + block, sum[q]);
      most = greatest(sum[q], most);
    }
    Vec total = load(a.total + n * LANES) * exp_of(before - most);
    for (int q = 0; q < COLUMNS; q++) total += exp_of(sum[q] - most);
    store(a.most + n * LANES, most);
    store(a.total + n * LANES, total);
  };
  multiply<COLUMNS>(a.panels, N, a.width, readouts, a.weights, units, note);
}

static inline Vec log_add(Vec x, Vec y) {
  const Vec more = greatest(x, y), less = least(x, y);
  // Both may be -inf.
  const Vec gap = more == all(-__builtin_inff()) ? Vec{} : less - more;
  return more + log_of(1.f + exp_of(gap));
}

// log(sigmoid(x))
static inline float log_sigmoid(float x) {
  const Vec rest = log_of(1.f + exp_of(all(x > 0.f ? -x : x)));
  return (x > 0.f ? 0.f : x) - rest[0];
}

// The log of the sum over all words.
static inline float normalizer(const Scoring& a, i64 n) {
  float* most = a.most + n * LANES;
  const float greatest = greatest_of(most, LANES);
  store(most, load(a.total + n * LANES) * exp_of(load(most) - greatest));
  return greatest + log_of(all(sum_of(most, LANES)))[0];
}

// Words of the source are made either way. copy: the log-probability of copying.
static void mix_copies_in(const Scoring& a, i64 n, float copy) {
  const i64 source = a.documents[n / a.beams], length = a.lengths[source];
  const i64 whole = (length + LANES - 1) / LANES * LANES;
  const i64 *first = a.first + source * a.rows, *places = a.places + source * a.rows;
  float *scores = a.scores + n * a.columns, *mass = a.line, *mixed = a.line + whole;
  for (i64 s = 0; s < whole; s += LANES) store(mass + s, Vec{});
  for (i64 s = 0; s < length; s++) {
    mass[first[s]] += a.attention[n * a.rows + s];
    mixed[s] = scores[places[s]];
  }
  for (i64 s = 0; s < whole; s += LANES)
    store(mixed + s, log_add(load(mixed + s), log_of(load(mass + s)) + copy));
  for (i64 s = 0; s < length; s++) scores[places[s]] = mixed[s];
  // Where the repetitions of words went.
  scores[a.unknown] = -__builtin_inff();
}

// From scores to log-probabilities.
static void finish(const Scoring& a, i64 n) {
  float* scores = a.scores + n * a.columns;
  float gate = 0.f, less = normalizer(a, n);
  if (a.gate) {
    Vec sum = {};
    for (i64 j = 0; j < a.width; j += LANES) sum += load(a.gate + j) * load(a.readout + n * a.width + j);
    gate = total_of(sum) + *a.gate_bias;
    less -= log_sigmoid(gate);
  }
  for (i64 j = 0; j < a.words; j += LANES) store(scores + j, load(scores + j) - less);
  for (i64 j = a.words; j < a.columns; j++) scores[j] = -__builtin_inff();
  if (a.gate) mix_copies_in(a, n, log_sigmoid(-gate));
}

static void score_words(const Scoring& a) {
  generate(a);
  for (i64 n = 0; n < a.count * a.beams; n++) finish(a, n);
}

}  // namespace KIND
