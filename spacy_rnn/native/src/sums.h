// Sums over all paths of a chain of tags, one sequence at a time.
//
// Probabilities are scaled to sum to 1 at each step (Rabiner 1989).
#pragma once
#include "chain.h"

namespace KIND {

// The exponentials of scores less their greatest, filled up with zeros.
static inline float exponentials(const float* scores, i64 tags, i64 width, float* to) {
  for (i64 j = 0; j < width; j++) to[j] = j < tags ? scores[j] : -__builtin_inff();
  const float most = greatest_of(to, width);
  for (i64 j = 0; j < width; j += LANES) store(to + j, exp_of(load(to + j) - most));
  return most;
}

static inline void take_logs(float* row, i64 width, float less) {
  for (i64 j = 0; j < width; j += LANES) store(row + j, log_of(load(row + j)) - less);
}

// The parts of a chain that all sequences share, as exponentials, and what was taken from them.
struct Weights {
  float *steps, *back, *pairs, *start, *end;
  float most_start, most_step, most_end;
};

static Weights weights_of(const Sums& a) {
  const i64 K = a.tags, W = a.width;
  float* steps = a.room;
  Weights w = {steps, steps + W * W, steps + 2 * W * W, steps + 3 * W * W, steps + 3 * W * W + W, 0, 0, 0};
  w.most_start = exponentials(a.start, K, W, w.start);
  w.most_end = exponentials(a.end, K, W, w.end);
  w.most_step = -__builtin_inff();
  for (i64 i = 0; i < K * K; i++)
    w.most_step = a.transitions[i] > w.most_step ? a.transitions[i] : w.most_step;
  for (i64 i = 0; i < W; i++)
    for (i64 j = 0; j < W; j++)
      steps[i * W + j] = i < K && j < K ? a.transitions[i * K + j] - w.most_step : -__builtin_inff();
  for (i64 j = 0; j < W * W; j += LANES) {
    store(steps + j, exp_of(load(steps + j)));
    store(w.pairs + j, Vec{});
  }
  for (i64 i = 0; i < W; i++)
    for (i64 j = 0; j < W; j++) w.back[j * W + i] = steps[i * W + j];
  return w;
}

// From the first row to the last. `onward` becomes weights / norm. RETURNS: the log of all norms.
static double sum_ahead(const Sums& a, const Weights& w, i64 first, i64 length) {
  const i64 W = a.width;
  double log_weight = 0.;
  for (i64 t = 0; t < length; t++) {
    float *ahead = a.chances + (first + t) * W, *onward = a.onward + (first + t) * W;
    log_weight += exponentials(a.emissions + (first + t) * a.tags, a.tags, W, onward);
    if (t) OVER_COLUMNS(product, (ahead - W), w.steps, W, ahead)
    const float* before = t ? ahead : w.start;
    for (i64 j = 0; j < W; j += LANES) store(ahead + j, load(before + j) * load(onward + j));
    const float norm = sum_of(ahead, W);
    log_weight += __builtin_log(norm);
    for (i64 j = 0; j < W; j += LANES) {
      store(ahead + j, load(ahead + j) / norm);
      store(onward + j, load(onward + j) / norm);
    }
  }
  return log_weight;
}

// From the last row to the first. RETURNS: the log of the last factor; not finite if something is not.
static double sum_behind(const Sums& a, const Weights& w, i64 first, i64 length) {
  const i64 W = a.width;
  i64 row = (first + length - 1) * W;
  for (i64 j = 0; j < W; j += LANES) store(a.behind + row + j, load(a.chances + row + j) * load(w.end + j));
  const float closing = sum_of(a.behind + row, W);
  for (i64 j = 0; j < W; j += LANES) store(a.behind + row + j, load(w.end + j) / closing);
  Vec finite = {};
  for (i64 t = length - 1; t >= 0; t--, row -= W) {
    float *ahead = a.chances + row, *behind = a.behind + row, *onward = a.onward + row;
    for (i64 j = 0; j < W; j += LANES) {
      store(onward + j, load(onward + j) * load(behind + j));
      store(ahead + j, load(ahead + j) * load(behind + j));
      finite += load(behind + j) * 0.f;
    }
    if (t) {
      OVER_COLUMNS(product, onward, w.back, W, (behind - W))
      for (i64 i = 0; i < a.tags; i++)
        for (i64 j = 0; j < W; j += LANES) {
          float* pair = w.pairs + i * W + j;
          store(pair, load(pair) + ahead[i - W] * load(onward + j));
        }
    }
    take_logs(behind, W, 0.f);
    take_logs(onward, W, w.most_step);
  }
  float all_finite = 0.f;
  for (int lane = 0; lane < LANES; lane++) all_finite += finite[lane];
  return __builtin_log(closing) + all_finite;
}

static void sums(const Sums& a) {
  const Weights w = weights_of(a);
  i64 first = 0;
  for (i64 n = 0; n < a.count; first += a.lengths[n], n++) {
    const i64 length = a.lengths[n];
    a.log_weight[n] = 0.;
    if (!length) continue;
    const double shifts = (double)w.most_start + w.most_end + (length - 1) * (double)w.most_step;
    a.log_weight[n] = sum_ahead(a, w, first, length) + sum_behind(a, w, first, length);
    a.log_weight[n] += length > 1 ? shifts : (double)w.most_start + w.most_end;
  }
  for (i64 i = 0; i < a.tags; i++)
    for (i64 j = 0; j < a.tags; j++)
      a.pairs[i * a.tags + j] = w.pairs[i * a.width + j] * w.steps[i * a.width + j];
}

#undef OVER_COLUMNS

}  // namespace KIND
