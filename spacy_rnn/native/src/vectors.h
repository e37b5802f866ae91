// Vectors of LANES floats, for one kind of processor.
//
// A file that includes this defines KIND (a namespace), LANES and SUMS (vectors that a loop may keep
// in registers). Nothing here or in what builds on it may come from the standard library: an inline
// function compiled for a new processor must not be shared with code for an old one.
#pragma once
#include "kernels.h"
#if LANES > 4
#include <immintrin.h>
#endif

namespace KIND {

typedef float Vec __attribute__((vector_size(LANES * 4)));
typedef int Ints __attribute__((vector_size(LANES * 4)));
typedef Vec Loose __attribute__((aligned(4), may_alias));

static inline Vec load(const float* from) { return *(const Loose*)from; }
static inline void store(float* to, Vec value) { *(Loose*)to = value; }
// For a size that is a multiple of the lanes.
static inline void copy(const float* from, i64 size, float* to) {
  for (i64 j = 0; j < size; j += LANES) store(to + j, load(from + j));
}
// Less zero, not plus: that is the value itself, even for -0, and costs nothing.
static inline Vec all(float value) { return value - Vec{}; }
// Keeps a compiler from reading it from memory again for every use.
static inline Vec in_register(Vec value) {
#if defined(__x86_64__)
  __asm__("" : "+v"(value));
#endif
  return value;
}

// The second where either is NaN. (Compilers make two instructions of what this is one of.)
#if LANES == 16
static inline Vec least(Vec a, Vec b) { return (Vec)_mm512_maskz_min_ps(-1, (__m512)a, (__m512)b); }
static inline Vec greatest(Vec a, Vec b) { return (Vec)_mm512_maskz_max_ps(-1, (__m512)a, (__m512)b); }
#elif LANES == 8
static inline Vec least(Vec a, Vec b) { return (Vec)_mm256_min_ps((__m256)a, (__m256)b); }
static inline Vec greatest(Vec a, Vec b) { return (Vec)_mm256_max_ps((__m256)a, (__m256)b); }
#else
static inline Vec least(Vec a, Vec b) { return a < b ? a : b; }
static inline Vec greatest(Vec a, Vec b) { return a > b ? a : b; }
#endif

// 1 / x for x from 1 to the largest float. NaN stays NaN.
static inline Vec inverse(Vec x) {
#if LANES == 16
  const Vec rough = (Vec)_mm512_maskz_rcp14_ps(-1, (__m512)x);
  return rough * (2.f - x * rough);  // one step of Newton's: 28 bits
#else
  return 1.f / x;
#endif
}

// 2 to the whole + rest, for a rest from -0.5 to 0.5: a polynomial with a relative error of at most
// 9.2e-8, exact at 0. whole: as left by adding `SHIFT`, which rounds.
static const float SHIFT = 12582912.f;  // 1.5 * 2^23
static inline Vec power_of_two(Vec whole, Vec rest) {
  Vec p = rest * 1.326472731e-3f + 9.671512991e-3f;
  p = p * rest + 5.550733581e-2f;
  p = p * rest + 2.402224243e-1f;
  p = p * rest + 6.931470036e-1f;
  p = p * rest + 1.f;
  return (Vec)((Ints)p + ((Ints)whole << 23));
}

// e to the -times * x, for use in 1 / (1 + e^-x): beyond 40 the sum no longer changes. NaN stays NaN.
static inline Vec exp_minus(Vec x, float times = 1.f) {
  x = least(all(57.7078016f), x * (times * -1.44269504f));
#if LANES == 16
  // As above, for a rest from 0 to 1 (within 1.6e-7), exact at both ends. The last step multiplies by
  // 2 to the whole, whatever that is: there is no least x.
  const Vec rest = (Vec)_mm512_maskz_reduce_ps(-1, (__m512)x, _MM_FROUND_TO_NEG_INF);
  Vec p = rest * 1.87590974e-3f + 9.00055934e-3f;
  p = p * rest + 5.58097698e-2f;
  p = p * rest + 2.40162313e-1f;
  p = p * rest + 6.93151474e-1f;
  return (Vec)_mm512_maskz_scalef_ps(-1, (__m512)(p * rest + 1.f), (__m512)x);
#else
  x = greatest(all(-57.7078016f), x);
  const Vec whole = x + SHIFT;
  return power_of_two(whole, x - (whole - SHIFT));
#endif
}

// e to the x for x <= 0; 0 where that is no normal number. NaN stays NaN.
static inline Vec exp_of(Vec x) {
  const Vec whole = greatest(all(-126.f), x * 1.44269504f) + SHIFT, n = whole - SHIFT;
  const Vec rest = (x - n * 0.693145752f) - n * 1.42860677e-6f;
  const Vec power = power_of_two(whole, rest * 1.44269504f);
  return x < all(-87.f) ? Vec{} : power;
}

// The logarithm of x >= 0, -inf of 0. NaN and infinity stay what they are. (Cephes' logf.)
static inline Vec log_of(Vec x) {
  const auto small = x < all(1.17549435e-38f);
  const Vec normal = small ? x * 16777216.f : x;
  // Mantissa from sqrt(1/2) to sqrt(2), and the exponent that goes with it.
  const Ints bits = (Ints)normal - 0x3f3504f3;
  Vec exponent = __builtin_convertvector(bits >> 23, Vec);
  exponent = small ? exponent - 24.f : exponent;
  const Vec m = (Vec)((bits & 0x007fffff) + 0x3f3504f3) - 1.f, square = m * m;
  Vec p = m * 7.0376836292e-2f - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  Vec log = p * m * square + exponent * -2.12194440e-4f - 0.5f * square + m + exponent * 0.693359375f;
  log = x > all(3.4028234e38f) ? x : log;
  log = x == Vec{} ? all(-__builtin_inff()) : log;
  return x == x ? log : x;
}

}  // namespace KIND
