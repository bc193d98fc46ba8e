#ifndef WOODSHED_CSIMD_SHIM_H
#define WOODSHED_CSIMD_SHIM_H

// What Swift cannot say: functions with instructions that not every processor has, chosen when the
// program runs. Swift's own SIMD types are compiled for the least of them.

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// Outputs that are computed side by side.
enum { woodshed_panel = 16 };

#if defined(__x86_64__)
#include <immintrin.h>

#define WOODSHED_AVX2 __attribute__((target("avx2,fma")))

// Whether the processor has the instructions for what follows.
static inline int woodshed_has_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

// Rounds `count` numbers, a multiple of 16, to -most ... most; gives back what 1 stands for.
WOODSHED_AVX2 static inline float woodshed_quantise(
    const float *values, int16_t *rounded, size_t count, float most) {
  const __m256 sign = _mm256_set1_ps(-0.0f);
  __m256 highest = _mm256_setzero_ps();
  for (size_t i = 0; i < count; i += 8)
    highest = _mm256_max_ps(highest, _mm256_andnot_ps(sign, _mm256_loadu_ps(values + i)));
  float lanes[8], peak = 0;
  _mm256_storeu_ps(lanes, highest);
  for (int i = 0; i < 8; i++) peak = lanes[i] > peak ? lanes[i] : peak;
  if (!(peak > 0)) {
    memset(rounded, 0, count * sizeof(int16_t));
    return 0;
  }
  const __m256 scale = _mm256_set1_ps(most / peak);
  for (size_t i = 0; i < count; i += 16) {
    const __m256i low = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(values + i), scale));
    const __m256i high = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(values + i + 8), scale));
    const __m256i packed = _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xD8);
    _mm256_storeu_si256((__m256i *)(rounded + i), packed);
  }
  return peak / most;
}

// One row's sums of a panel. Each has a name: an array would stay in memory.
typedef struct {
  __m256i a, b;
} woodshed_sums;

WOODSHED_AVX2 __attribute__((always_inline)) static inline void woodshed_sum_pair(
    woodshed_sums *sums, __m256i a, __m256i b, const int16_t *x) {
  int32_t two;
  memcpy(&two, x, sizeof two);
  const __m256i both = _mm256_set1_epi32(two);
  sums->a = _mm256_add_epi32(sums->a, _mm256_madd_epi16(a, both));
  sums->b = _mm256_add_epi32(sums->b, _mm256_madd_epi16(b, both));
}

WOODSHED_AVX2 __attribute__((always_inline)) static inline __m256i woodshed_load_pair(
    const int8_t *w) {
  return _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)w));
}

// Adds a row's sums of a panel, times what 1 stands for, to its `count` outputs or the first 16.
WOODSHED_AVX2 __attribute__((always_inline)) static inline void woodshed_add_row(
    const woodshed_sums *sums, float row_scale, const float *weight_scales, float *y,
    size_t count) {
  const __m256 scale = _mm256_set1_ps(row_scale);
  const __m256 a = _mm256_mul_ps(
      _mm256_cvtepi32_ps(sums->a), _mm256_mul_ps(scale, _mm256_loadu_ps(weight_scales)));
  const __m256 b = _mm256_mul_ps(
      _mm256_cvtepi32_ps(sums->b), _mm256_mul_ps(scale, _mm256_loadu_ps(weight_scales + 8)));
  if (count >= 16) {
    _mm256_storeu_ps(y, _mm256_add_ps(_mm256_loadu_ps(y), a));
    _mm256_storeu_ps(y + 8, _mm256_add_ps(_mm256_loadu_ps(y + 8), b));
    return;
  }
  float products[16];
  _mm256_storeu_ps(products, a);
  _mm256_storeu_ps(products + 8, b);
  for (size_t i = 0; i < count; i++) y[i] += products[i];
}

// Adds a panel's products to `rows` rows of y, 1 to 4: w [inputs/2][16][2], x [rows][inputs].
WOODSHED_AVX2 __attribute__((always_inline)) static inline void woodshed_add_panel(
    const int8_t *w, const int16_t *x, size_t inputs, int rows, const float *weight_scales,
    const float *scales, float *y, size_t stride, size_t count) {
  const __m256i zero = _mm256_setzero_si256();
  woodshed_sums first = {zero, zero}, second = first, third = first, fourth = first;
  for (size_t input = 0; input < inputs; input += 2, w += 32) {
    const __m256i a = woodshed_load_pair(w), b = woodshed_load_pair(w + 16);
    woodshed_sum_pair(&first, a, b, x + input);
    if (rows > 1) woodshed_sum_pair(&second, a, b, x + inputs + input);
    if (rows > 2) woodshed_sum_pair(&third, a, b, x + 2 * inputs + input);
    if (rows > 3) woodshed_sum_pair(&fourth, a, b, x + 3 * inputs + input);
  }
  woodshed_add_row(&first, scales[0], weight_scales, y, count);
  if (rows > 1) woodshed_add_row(&second, scales[1], weight_scales, y + stride, count);
  if (rows > 2) woodshed_add_row(&third, scales[2], weight_scales, y + 2 * stride, count);
  if (rows > 3) woodshed_add_row(&fourth, scales[3], weight_scales, y + 3 * stride, count);
}

#define WOODSHED_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma")))

// Whether the processor has the instructions for the next one.
static inline int woodshed_has_vnni(void) {
  return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl");
}

WOODSHED_VNNI __attribute__((always_inline)) static inline __m512i woodshed_sum_pair_vnni(
    __m512i sum, const int8_t *w, const int16_t *x) {
  int32_t two;
  memcpy(&two, x, sizeof two);
  const __m512i pair = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)w));
  return _mm512_dpwssd_epi32(sum, pair, _mm512_set1_epi32(two));
}

// The same for a single row, whose sums are kept in four parts so that none waits for the last.
WOODSHED_VNNI static inline void woodshed_add_panel_vnni(
    const int8_t *w, const int16_t *x, size_t inputs, const float *weight_scales, float scale,
    float *y, size_t count) {
  __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
  for (size_t input = 0; input < inputs; input += 8, w += 128) {
    a = woodshed_sum_pair_vnni(a, w, x + input);
    b = woodshed_sum_pair_vnni(b, w + 32, x + input + 2);
    c = woodshed_sum_pair_vnni(c, w + 64, x + input + 4);
    d = woodshed_sum_pair_vnni(d, w + 96, x + input + 6);
  }
  const __m512i sum = _mm512_add_epi32(_mm512_add_epi32(a, b), _mm512_add_epi32(c, d));
  const __m512 product = _mm512_mul_ps(
      _mm512_cvtepi32_ps(sum),
      _mm512_mul_ps(_mm512_set1_ps(scale), _mm512_loadu_ps(weight_scales)));
  const __mmask16 own = count >= 16 ? 0xFFFF : (__mmask16)((1u << count) - 1);
  _mm512_mask_storeu_ps(y, own, _mm512_add_ps(_mm512_maskz_loadu_ps(own, y), product));
}

// y [rows, outputs] += x [rows, inputs] times the weights' transpose; y's rows are `stride` apart.
//
// `w` holds panels of 16 outputs, [panel][inputs/2][16][2]; 1 of an output's weights stands for its
// weight_scales, which are as many as the panels hold; 1 of a row stands for its scales. `vnni`: that
// the processor has those instructions.
WOODSHED_AVX2 static inline void woodshed_multiply(
    int vnni, const int8_t *w, const float *weight_scales, const int16_t *x, const float *scales,
    float *y, size_t stride, size_t rows, size_t inputs, size_t outputs) {
  for (size_t first = 0; first < outputs; first += woodshed_panel) {
    const int8_t *panel = w + first * inputs;
    const float *own = weight_scales + first;
    const size_t count = outputs - first;
    if (vnni && rows == 1) {
      woodshed_add_panel_vnni(panel, x, inputs, own, scales[0], y + first, count);
      continue;
    }
    for (size_t row = 0; row < rows; row += 4) {
      const int16_t *from = x + row * inputs;
      float *to = y + row * stride + first;
      // A known number of rows keeps their sums in registers.
      switch (rows - row) {
        case 1: woodshed_add_panel(panel, from, inputs, 1, own, scales + row, to, stride, count); break;
        case 2: woodshed_add_panel(panel, from, inputs, 2, own, scales + row, to, stride, count); break;
        case 3: woodshed_add_panel(panel, from, inputs, 3, own, scales + row, to, stride, count); break;
        default: woodshed_add_panel(panel, from, inputs, 4, own, scales + row, to, stride, count);
      }
    }
  }
}

// Lets the processor rest for a moment in a loop that waits for another thread.
static inline void woodshed_pause(void) { __builtin_ia32_pause(); }

#else

static inline void woodshed_pause(void) {}
static inline int woodshed_has_avx2(void) { return 0; }
static inline int woodshed_has_vnni(void) { return 0; }
static inline float woodshed_quantise(
    const float *values, int16_t *rounded, size_t count, float most) {
  return 0;
}
static inline void woodshed_multiply(
    int vnni, const int8_t *w, const float *weight_scales, const int16_t *x, const float *scales,
    float *y, size_t stride, size_t rows, size_t inputs, size_t outputs) {}

#endif

// How many processors this process may run on; 0 when the kernel does not say.
static inline int woodshed_processors(void) {
  unsigned long bits[128];
  const long bytes = syscall(SYS_sched_getaffinity, 0, sizeof bits, bits);
  int count = 0;
  for (long k = 0; k < bytes / (long)sizeof *bits; k++) count += __builtin_popcountl(bits[k]);
  return count;
}

#endif
