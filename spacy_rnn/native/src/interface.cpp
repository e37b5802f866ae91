// The C interface: chooses the kernels for the processor that it runs on.
#include "kernels.h"

#define PUBLIC extern "C" __attribute__((visibility("default")))

// RETURNS: the kernels with so many lanes; null where this processor cannot run them.
static const Kernels* find(i64 lanes) {
#ifdef X86_KERNELS
  __builtin_cpu_init();
  if (lanes == 16 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    return &avx512::kernels;
  if (lanes == 8 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return &avx2::kernels;
#endif
  return lanes == 4 ? &plain::kernels : 0;
}

PUBLIC int spacy_rnn_has_lanes(i64 lanes) { return find(lanes) != 0; }

PUBLIC void spacy_rnn_pack(i64 lanes, const float* weights, i64 gates, i64 units, i64 input,
                           float* packed) {
  find(lanes)->pack(weights, gates, units, input, packed);
}

// Beside each kernel, the size of what it is called with: Python and this may be of two versions.
#define KERNEL(name, Call)                                                                  \
  PUBLIC void spacy_rnn_##name(i64 lanes, const Call* call) { find(lanes)->name(*call); } \
  PUBLIC i64 spacy_rnn_##name##_size() { return sizeof(Call); }

KERNEL(lstm_layer, Layer)
KERNEL(gru_layer, Layer)
KERNEL(lstm, Recurrence)
KERNEL(gru, Recurrence)
KERNEL(lstm_gradient, Gradient)
KERNEL(gru_gradient, Gradient)
KERNEL(viterbi, Viterbi)
KERNEL(sums, Sums)
