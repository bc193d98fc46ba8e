#ifndef WOODSHED_CSIMD_QUANTISED_H
#define WOODSHED_CSIMD_QUANTISED_H

// y [rows, outputs] += x [rows, inputs] times a matrix in 8 bits, x in 15 bits, sums in 32: exact, and so
// the same in every kind of instructions.
//
// The weights lie in panels of 16 outputs, [panel][inputs / 4][16][4]. `inputs` is a multiple of 64.

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// Outputs of a panel.
enum { woodshed_panel = 16 };

// With which instructions: AVX2's, the dot products of AVX-VNNI or of AVX-512 VNNI, or AMX's tiles of 16 rows.
enum {
  woodshed_by_avx2 = 0,
  woodshed_by_avx_vnni = 1,
  woodshed_by_vnni = 2,
  woodshed_by_tiles = 3
};

#if defined(__x86_64__)
#include <immintrin.h>

#define WOODSHED_AVX2 __attribute__((target("avx2,fma")))
#define WOODSHED_AVX_VNNI __attribute__((target("avxvnni,avx2,fma")))
#define WOODSHED_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma")))
#define WOODSHED_TILES \
  __attribute__((target("amx-tile,amx-int8,avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma")))
#define WOODSHED_INLINE __attribute__((always_inline)) static inline

// Whether the processor has the instructions for each.
static inline int woodshed_has_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static inline int woodshed_has_avx_vnni(void) {
  return woodshed_has_avx2() && __builtin_cpu_supports("avxvnni");
}

static inline int woodshed_has_vnni(void) {
  return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl");
}

// The kernel wants to be asked for room for the tiles' 8 KiB (ARCH_REQ_XCOMP_PERM, XTILEDATA).
static inline int woodshed_has_tiles(void) {
  return woodshed_has_vnni() && __builtin_cpu_supports("amx-tile") &&
      __builtin_cpu_supports("amx-int8") && syscall(SYS_arch_prctl, 0x1023, 18) == 0;
}

// Rounds `count` numbers, a multiple of 64, to -most ... most; gives back what 1 stands for. For tiles
// first come the upper bytes, which have the sign, and then the lower ones.
WOODSHED_AVX2 static inline float woodshed_quantise(
    int by, const float *values, int16_t *rounded, size_t count, float most) {
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
  int8_t *upper = (int8_t *)rounded, *lower = upper + count;
  for (size_t i = 0; i < count; i += 32) {
    __m256i two[2];
    for (int half = 0; half < 2; half++) {
      const float *from = values + i + 16 * half;
      const __m256i a = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(from), scale));
      const __m256i b = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(from + 8), scale));
      two[half] = _mm256_permute4x64_epi64(_mm256_packs_epi32(a, b), 0xD8);
    }
    if (by != woodshed_by_tiles) {
      _mm256_storeu_si256((__m256i *)(rounded + i), two[0]);
      _mm256_storeu_si256((__m256i *)(rounded + i + 16), two[1]);
      continue;
    }
    const __m256i byte = _mm256_set1_epi16(255);
    const __m256i high =
        _mm256_packs_epi16(_mm256_srai_epi16(two[0], 8), _mm256_srai_epi16(two[1], 8));
    const __m256i low =
        _mm256_packus_epi16(_mm256_and_si256(two[0], byte), _mm256_and_si256(two[1], byte));
    _mm256_storeu_si256((__m256i *)(upper + i), _mm256_permute4x64_epi64(high, 0xD8));
    _mm256_storeu_si256((__m256i *)(lower + i), _mm256_permute4x64_epi64(low, 0xD8));
  }
  return peak / most;
}

// MARK: Vectors of 256 bits

#define WOODSHED_MADD(sum, w, x) _mm256_add_epi32(sum, _mm256_madd_epi16(w, x))
#define WOODSHED_DOT(sum, w, x) _mm256_dpwssd_avx_epi32(sum, w, x)

// NAME_half adds the products of half a panel, 8 outputs of which `count` are wanted, to 1 to 4 rows of y. SUM
// adds to each number of 32 bits the products of two of 16.
#define WOODSHED_HALVES(NAME, TARGET, SUM)                                                          \
  TARGET WOODSHED_INLINE void NAME##_half(                                                          \
      const int8_t *w, const int16_t *x, size_t inputs, int rows, const float *weight_scales,       \
      const float *scales, float *y, size_t stride, size_t count) {                                 \
    __m256i a[4], b[4];                                                                             \
    for (int row = 0; row < rows; row++) a[row] = b[row] = _mm256_setzero_si256();                  \
    for (size_t input = 0; input < inputs; input += 4, w += 64) {                                   \
      const __m256i first = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)w));              \
      const __m256i second = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(w + 16)));      \
      _Pragma("clang loop unroll(full)")                                                            \
      for (int row = 0; row < rows; row++) {                                                        \
        int64_t four;                                                                               \
        memcpy(&four, x + row * inputs + input, sizeof four);                                       \
        const __m256i all = _mm256_set1_epi64x(four);                                               \
        a[row] = SUM(a[row], first, all);                                                           \
        b[row] = SUM(b[row], second, all);                                                          \
      }                                                                                             \
    }                                                                                               \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int row = 0; row < rows; row++, y += stride) {                                             \
      const __m256i sum = _mm256_permute4x64_epi64(_mm256_hadd_epi32(a[row], b[row]), 0xD8);        \
      const __m256 product = _mm256_mul_ps(                                                         \
          _mm256_cvtepi32_ps(sum),                                                                  \
          _mm256_mul_ps(_mm256_set1_ps(scales[row]), _mm256_loadu_ps(weight_scales)));              \
      if (count >= 8) {                                                                             \
        _mm256_storeu_ps(y, _mm256_add_ps(_mm256_loadu_ps(y), product));                            \
        continue;                                                                                   \
      }                                                                                             \
      float products[8];                                                                            \
      _mm256_storeu_ps(products, product);                                                          \
      for (size_t i = 0; i < count; i++) y[i] += products[i];                                       \
    }                                                                                               \
  }                                                                                                 \
  TARGET static inline void NAME(                                                                   \
      const int8_t *w, const float *weight_scales, const int16_t *x, const float *scales, float *y, \
      size_t stride, size_t rows, size_t inputs, size_t outputs) {                                  \
    for (size_t first = 0; first < outputs; first += 8) {                                           \
      const int8_t *half = w + first / 16 * 16 * inputs + first % 16 * 4;                           \
      const float *own = weight_scales + first;                                                     \
      const size_t count = outputs - first;                                                         \
      for (size_t row = 0; row < rows; row += 4) {                                                  \
        const int16_t *from = x + row * inputs;                                                     \
        const float *scale = scales + row;                                                          \
        float *to = y + row * stride + first;                                                       \
        /* A known number of rows keeps their sums in registers. */                                 \
        switch (rows - row) {                                                                       \
          case 1: NAME##_half(half, from, inputs, 1, own, scale, to, stride, count); break;         \
          case 2: NAME##_half(half, from, inputs, 2, own, scale, to, stride, count); break;         \
          case 3: NAME##_half(half, from, inputs, 3, own, scale, to, stride, count); break;         \
          default: NAME##_half(half, from, inputs, 4, own, scale, to, stride, count);               \
        }                                                                                           \
      }                                                                                             \
    }                                                                                               \
  }

WOODSHED_HALVES(woodshed_multiply_avx2, WOODSHED_AVX2, WOODSHED_MADD)
WOODSHED_HALVES(woodshed_multiply_avx_vnni, WOODSHED_AVX_VNNI, WOODSHED_DOT)

// MARK: AVX-512 VNNI

// Adds 16 sums, times what 1 stands for, to `count` numbers or 16.
WOODSHED_VNNI WOODSHED_INLINE void woodshed_add_sums(
    __m512i sums, float scale, const float *weight_scales, float *y, size_t count) {
  const __m512 product = _mm512_mul_ps(
      _mm512_cvtepi32_ps(sums),
      _mm512_mul_ps(_mm512_set1_ps(scale), _mm512_loadu_ps(weight_scales)));
  const __mmask16 own = count >= 16 ? 0xFFFF : (__mmask16)((1u << count) - 1);
  _mm512_mask_storeu_ps(y, own, _mm512_add_ps(_mm512_maskz_loadu_ps(own, y), product));
}

// The sums of neighbours, first those of a.
WOODSHED_VNNI WOODSHED_INLINE __m512i woodshed_sum_neighbours(__m512i a, __m512i b) {
  const __m512i even =
      _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
  const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
  return _mm512_add_epi32(
      _mm512_permutex2var_epi32(a, even, b), _mm512_permutex2var_epi32(a, odd, b));
}

WOODSHED_VNNI WOODSHED_INLINE __m512i woodshed_load_half(const int8_t *w) {
  return _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)w));
}

WOODSHED_VNNI WOODSHED_INLINE __m512i woodshed_four_inputs(const int16_t *x) {
  int64_t four;
  memcpy(&four, x, sizeof four);
  return _mm512_set1_epi64(four);
}

// Adds a panel's products to 1 to 8 rows of y. A single row's sums are kept in two parts, so that none
// waits for the last.
WOODSHED_VNNI WOODSHED_INLINE void woodshed_add_panel(
    const int8_t *w, const int16_t *x, size_t inputs, int rows, const float *weight_scales,
    const float *scales, float *y, size_t stride, size_t count) {
  __m512i a[8], b[8], later[2];
  for (int row = 0; row < rows; row++) a[row] = b[row] = _mm512_setzero_si512();
  later[0] = later[1] = _mm512_setzero_si512();
  for (size_t input = 0; input < inputs; input += 8, w += 128) {
#pragma clang loop unroll(full)
    for (int four = 0; four < 2; four++) {
      const __m512i first = woodshed_load_half(w + 64 * four);
      const __m512i second = woodshed_load_half(w + 64 * four + 32);
      if (rows == 1 && four == 1) {
        const __m512i all = woodshed_four_inputs(x + input + 4);
        later[0] = _mm512_dpwssd_epi32(later[0], first, all);
        later[1] = _mm512_dpwssd_epi32(later[1], second, all);
        continue;
      }
#pragma clang loop unroll(full)
      for (int row = 0; row < rows; row++) {
        const __m512i all = woodshed_four_inputs(x + row * inputs + input + 4 * four);
        a[row] = _mm512_dpwssd_epi32(a[row], first, all);
        b[row] = _mm512_dpwssd_epi32(b[row], second, all);
      }
    }
  }
  a[0] = _mm512_add_epi32(a[0], later[0]);
  b[0] = _mm512_add_epi32(b[0], later[1]);
#pragma clang loop unroll(full)
  for (int row = 0; row < rows; row++)
    woodshed_add_sums(
        woodshed_sum_neighbours(a[row], b[row]), scales[row], weight_scales, y + row * stride,
        count);
}

WOODSHED_VNNI static inline void woodshed_multiply_vnni(
    const int8_t *w, const float *weight_scales, const int16_t *x, const float *scales, float *y,
    size_t stride, size_t rows, size_t inputs, size_t outputs) {
  for (size_t first = 0; first < outputs; first += woodshed_panel) {
    const int8_t *panel = w + first * inputs;
    const float *own = weight_scales + first;
    const size_t count = outputs - first;
    for (size_t row = 0; row < rows; row += 8) {
      const int16_t *from = x + row * inputs;
      const float *scale = scales + row;
      float *to = y + row * stride + first;
      switch (rows - row) {
        case 1: woodshed_add_panel(panel, from, inputs, 1, own, scale, to, stride, count); break;
        case 2: woodshed_add_panel(panel, from, inputs, 2, own, scale, to, stride, count); break;
        case 3: woodshed_add_panel(panel, from, inputs, 3, own, scale, to, stride, count); break;
        case 4: woodshed_add_panel(panel, from, inputs, 4, own, scale, to, stride, count); break;
        case 5: woodshed_add_panel(panel, from, inputs, 5, own, scale, to, stride, count); break;
        case 6: woodshed_add_panel(panel, from, inputs, 6, own, scale, to, stride, count); break;
        case 7: woodshed_add_panel(panel, from, inputs, 7, own, scale, to, stride, count); break;
        default: woodshed_add_panel(panel, from, inputs, 8, own, scale, to, stride, count);
      }
    }
  }
}

// MARK: AMX

// What the tiles' configuration is made of.
typedef struct {
  uint8_t palette, start_row, reserved[14];
  uint16_t bytes[16];
  uint8_t rows[16];
} woodshed_tile_shapes;

// Two panels at a time, and up to 16 rows: tiles 0 to 3 hold the sums of the upper and the lower bytes
// of x with each panel, 4 and 5 x, 6 and 7 the panels. x may be read up to a multiple of 16 rows.
WOODSHED_TILES static inline void woodshed_multiply_tiles(
    const int8_t *w, const float *weight_scales, const int16_t *x, const float *scales, float *y,
    size_t stride, size_t rows, size_t inputs, size_t outputs) {
  int32_t sums[4][16][16];
  const size_t length = 2 * inputs, groups = (rows + 15) / 16, most = (rows + groups - 1) / groups;
  woodshed_tile_shapes shapes;
  memset(&shapes, 0, sizeof shapes);
  shapes.palette = 1;
  for (int tile = 0; tile < 8; tile++) {
    shapes.bytes[tile] = 64;
    shapes.rows[tile] = tile < 6 ? (uint8_t)most : 16;
  }
  _tile_loadconfig(&shapes);
  for (size_t first = 0; first < outputs; first += 2 * woodshed_panel) {
    const int8_t *a = w + first * inputs;
    // The last panel may have no neighbour: it stands for it.
    const int hasTwo = outputs - first > woodshed_panel;
    const int8_t *b = hasTwo ? a + woodshed_panel * inputs : a;
    for (size_t row = 0; row < rows; row += most) {
      const int8_t *upper = (const int8_t *)x + row * length, *lower = upper + inputs;
      _tile_zero(0);
      _tile_zero(1);
      _tile_zero(2);
      _tile_zero(3);
      for (size_t input = 0; input < inputs; input += 64) {
        _tile_loadd(6, a + input * woodshed_panel, 64);
        _tile_loadd(4, upper + input, length);
        _tile_dpbssd(0, 4, 6);
        _tile_loadd(5, lower + input, length);
        _tile_dpbusd(1, 5, 6);
        _tile_loadd(7, b + input * woodshed_panel, 64);
        _tile_dpbssd(2, 4, 7);
        _tile_dpbusd(3, 5, 7);
      }
      _tile_stored(0, sums[0], 64);
      _tile_stored(1, sums[1], 64);
      _tile_stored(2, sums[2], 64);
      _tile_stored(3, sums[3], 64);
      const size_t end = row + most < rows ? row + most : rows;
      for (int panel = 0; panel <= hasTwo; panel++) {
        const size_t output = first + panel * woodshed_panel;
        for (size_t own = row; own < end; own++) {
          const __m512i high = _mm512_loadu_si512(sums[2 * panel][own - row]);
          const __m512i low = _mm512_loadu_si512(sums[2 * panel + 1][own - row]);
          woodshed_add_sums(
              _mm512_add_epi32(_mm512_slli_epi32(high, 8), low), scales[own],
              weight_scales + output, y + own * stride + output, outputs - output);
        }
      }
    }
  }
  _tile_release();
}

// MARK: Any of them

// Adds the products to y, whose rows are `stride` apart. 1 of an output's weights stands for its
// weight_scales, which are as many as the panels hold; 1 of a row of x for its scales.
static inline void woodshed_multiply(
    int by, const int8_t *w, const float *weight_scales, const int16_t *x, const float *scales,
    float *y, size_t stride, size_t rows, size_t inputs, size_t outputs) {
  switch (by) {
    case woodshed_by_tiles:
      woodshed_multiply_tiles(w, weight_scales, x, scales, y, stride, rows, inputs, outputs);
      break;
    case woodshed_by_vnni:
      woodshed_multiply_vnni(w, weight_scales, x, scales, y, stride, rows, inputs, outputs);
      break;
    case woodshed_by_avx_vnni:
      woodshed_multiply_avx_vnni(w, weight_scales, x, scales, y, stride, rows, inputs, outputs);
      break;
    default:
      woodshed_multiply_avx2(w, weight_scales, x, scales, y, stride, rows, inputs, outputs);
  }
}

#else

static inline int woodshed_has_avx2(void) { return 0; }
static inline int woodshed_has_avx_vnni(void) { return 0; }
static inline int woodshed_has_vnni(void) { return 0; }
static inline int woodshed_has_tiles(void) { return 0; }
static inline float woodshed_quantise(
    int by, const float *values, int16_t *rounded, size_t count, float most) {
  return 0;
}
static inline void woodshed_multiply(
    int by, const int8_t *w, const float *weight_scales, const int16_t *x, const float *scales,
    float *y, size_t stride, size_t rows, size_t inputs, size_t outputs) {}

#endif

#endif
