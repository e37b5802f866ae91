// What one step does to one row of an LSTM or a GRU, for LANES units, and the way back.
#pragma once
#include "vectors.h"

namespace KIND {

// Hochreiter & Schmidhuber 1997. Gates: in, keep, fresh, show.
struct Lstm {
  static const int GATES = 4;

  // sums: of the recurrent products. RETURNS: the new hidden state.
  static inline Vec activate(const Recurrence& a, const Vec* sums, float* gates, const float* hidden,
                             float* cell, float* kept, i64 block) {
    const i64 units = a.units;
    const Vec in = 1.f + exp_minus(sums[0] + load(gates));
    const Vec keep = 1.f + exp_minus(sums[1] + load(gates + units));
    const Vec fade = exp_minus(sums[2] + load(gates + 2 * units), 2.f), fresh = 1.f + fade;
    const Vec show = 1.f + exp_minus(sums[3] + load(gates + 3 * units));
    // One division for the sigmoid and the tanh that are multiplied.
    const Vec both = inverse(in * fresh), kept_part = inverse(keep);
    const Vec state = kept_part * load(cell) + (1.f - fade) * both;
    store(cell, state);
    const Vec dim = exp_minus(state, 2.f), shown = inverse(show * (1.f + dim));
    if (a.keep) {
      store(kept, state);
      store(gates, fresh * both);
      store(gates + units, kept_part);
      store(gates + 2 * units, (1.f - fade) * in * both);
      store(gates + 3 * units, (1.f + dim) * shown);
    }
    return (1.f - dim) * shown;
  }

  // From the derivative of one row's output and of what came after it to those of its gates.
  static inline void derive(const Gradient& a, i64 row, i64 before, i64 i) {
    const i64 units = a.units;
    const float *gates = a.gates + row * a.gate_stride, *cells = a.kept + row * a.kept_stride;
    const float *d_out = a.d_out + row * a.out_stride, *old = before < 0 ? a.first + i * a.units : a.kept + before * a.kept_stride;
    float *d_gates = a.d_gates + row * a.gate_stride;
    float *d_hidden = a.d_hidden + i * units, *d_cell = a.d_cell + i * units;
    for (i64 j = 0; j < units; j += LANES) {
      const Vec in = load(gates + j), keep = load(gates + units + j);
      const Vec fresh = load(gates + 2 * units + j), show = load(gates + 3 * units + j);
      const Vec dim = exp_minus(load(cells + j), 2.f), bent = (1.f - dim) * inverse(1.f + dim);
      const Vec dh = load(d_out + j) + load(d_hidden + j);
      const Vec dc = load(d_cell + j) + dh * show * (1.f - bent * bent);
      store(d_gates + j, dc * fresh * in * (1.f - in));
      store(d_gates + units + j, dc * load(old + j) * keep * (1.f - keep));
      store(d_gates + 2 * units + j, dc * in * (1.f - fresh * fresh));
      store(d_gates + 3 * units + j, dh * bent * show * (1.f - show));
      store(d_cell + j, dc * keep);
      store(d_hidden + j, Vec{});
    }
  }

  static inline const float* sent(const Gradient& a, i64 row, int gate) {
    return a.d_gates + row * a.gate_stride + gate * a.units;
  }
};

// Cho et al. 2014, as torch and cuDNN have it. Gates: reset, keep, fresh.
struct Gru {
  static const int GATES = 3;

  static inline Vec activate(const Recurrence& a, const Vec* sums, float* gates, const float* hidden,
                             float* cell, float* kept, i64 block) {
    const i64 units = a.units;
    const Vec reset = inverse(1.f + exp_minus(sums[0] + load(gates)));
    const Vec keep = exp_minus(sums[1] + load(gates + units)), late = sums[2] + load(a.late_bias + block);
    const Vec fade = exp_minus(load(gates + 2 * units) + reset * late, 2.f);
    const Vec both = inverse((1.f + keep) * (1.f + fade));
    const Vec fresh = (1.f - fade) * (1.f + keep) * both, kept_part = (1.f + fade) * both;
    if (a.keep) {
      store(kept, late);
      store(gates, reset);
      store(gates + units, kept_part);
      store(gates + 2 * units, fresh);
    }
    return fresh + kept_part * (load(hidden) - fresh);
  }

  static inline void derive(const Gradient& a, i64 row, i64 before, i64 i) {
    const i64 units = a.units;
    const float *gates = a.gates + row * a.gate_stride, *late = a.kept + row * a.kept_stride;
    const float *d_out = a.d_out + row * a.out_stride, *old = before < 0 ? a.first + i * a.units : a.out + before * a.out_stride;
    float *d_gates = a.d_gates + row * a.gate_stride, *d_late = a.d_late + row * a.kept_stride;
    float *d_hidden = a.d_hidden + i * units;
    for (i64 j = 0; j < units; j += LANES) {
      const Vec reset = load(gates + j), keep = load(gates + units + j);
      const Vec fresh = load(gates + 2 * units + j), was = load(old + j);
      const Vec dh = load(d_out + j) + load(d_hidden + j);
      const Vec d_fresh = dh * (1.f - keep) * (1.f - fresh * fresh);
      store(d_gates + j, d_fresh * load(late + j) * reset * (1.f - reset));
      store(d_gates + units + j, dh * (was - fresh) * keep * (1.f - keep));
      store(d_gates + 2 * units + j, d_fresh);
      store(d_late + j, d_fresh * reset);
      store(d_hidden + j, dh * keep);
    }
  }

  static inline const float* sent(const Gradient& a, i64 row, int gate) {
    return gate == 2 ? a.d_late + row * a.kept_stride : a.d_gates + row * a.gate_stride + gate * a.units;
  }
};

}  // namespace KIND
