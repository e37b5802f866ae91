// The C interface: chooses the kernels for the processor that it runs on.
#include "kernels.h"
#ifdef X86_KERNELS
#include <cpuid.h>
#endif
#if defined(AMX_KERNELS) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

#define PUBLIC extern "C" __attribute__((visibility("default")))

#ifdef X86_KERNELS
static bool has_avx512() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}

static bool has_bf16() {
  unsigned a, b, c, d;
  return has_avx512() && __get_cpuid_count(7, 1, &a, &b, &c, &d) && a & 1 << 5;
}

// A process has to ask Linux for the room of the tiles, once.
static bool has_tiles() {
#if defined(AMX_KERNELS) && defined(__linux__) && defined(SYS_arch_prctl)
  const int ASK = 0x1023, TILE_DATA = 18;
  unsigned a, b, c, d;
  if (!has_bf16() || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
  if (!(d & 1 << 22) || !(d & 1 << 24)) return false;
  static const bool granted = !syscall(SYS_arch_prctl, ASK, TILE_DATA);
  return granted;
#else
  return false;
#endif
}
#endif

// RETURNS: the kernels with so many lanes; null where this processor cannot run them. In bfloat16 a
// vector has 32, and a tile 512.
static const Kernels* find(i64 lanes) {
#ifdef AMX_KERNELS
  if (lanes == 512 && has_tiles()) return &amx::kernels;
#endif
#ifdef BF16_KERNELS
  if (lanes == 32 && has_bf16()) return &avx512_bf16::kernels;
#endif
#ifdef X86_KERNELS
  if (lanes == 16 && has_avx512()) return &avx512::kernels;
  if (lanes == 8 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return &avx2::kernels;
#endif
  return lanes == 4 ? &plain::kernels : 0;
}

PUBLIC int spacy_rnn_has_lanes(i64 lanes) { return find(lanes) != 0; }

PUBLIC void spacy_rnn_pack(i64 lanes, const float* weights, i64 gates, i64 units, i64 input,
                           void* packed) {
  find(lanes)->pack(weights, gates, units, input, packed);
}

// Beside each kernel, the size of what it is called with: Python and this may be of two versions.
#define KERNEL(name, Call)                                                                  \
  PUBLIC void spacy_rnn_##name(i64 lanes, const Call* call) { find(lanes)->name(*call); } \
  PUBLIC i64 spacy_rnn_##name##_size() { return sizeof(Call); }

KERNEL(lstm_layer, Layer)
KERNEL(gru_layer, Layer)
KERNEL(lstm_projection, Layer)
KERNEL(gru_projection, Layer)
KERNEL(lstm, Recurrence)
KERNEL(gru, Recurrence)
KERNEL(lstm_gradient, Gradient)
KERNEL(gru_gradient, Gradient)
KERNEL(lstm_decoder, Decoding)
KERNEL(gru_decoder, Decoding)
KERNEL(word_scores, Scoring)
KERNEL(viterbi, Viterbi)
KERNEL(sums, Sums)
KERNEL(pool, Pooling)
