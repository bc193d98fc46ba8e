#ifndef WOODSHED_CSIMD_QUANTISED_H
#define WOODSHED_CSIMD_QUANTISED_H

// y [rows, outputs] = start + x [rows, inputs] times a matrix, both in 8 bits with sums in 32: exact, and so
// the same with each instruction set.
//
// The instructions multiply unsigned by signed bytes, so weights are stored unsigned with a zero point of
// 128; 128 times the sum of a row of x is then subtracted from its sums. They are packed in panels of 16
// outputs, [panel][inputs / 4][16][4]. `inputs` is a multiple of 64.

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// Outputs in a panel.
enum { woodshed_panel = 16 };

// The instructions used: AVX2, the dot products of AVX-VNNI or of AVX-512 VNNI, or AMX tiles of 16 rows.
enum {
  woodshed_by_avx2 = 0,
  woodshed_by_avx_vnni = 1,
  woodshed_by_vnni = 2,
  woodshed_by_tiles = 3
};

// The quantised rows of x.
typedef struct {
  // For AVX2 in 16 bits, [rows][inputs]. Otherwise in 8 bits, [groups][inputs / 64][tile_rows][64], which is
  // [rows][inputs] when tile_rows is 1; all rows of the last group may be read.
  void *values;
  float *scales;     // the quantisation step of each row
  int32_t *offsets;  // 128 times the sum of each row
  size_t rows, inputs;
  size_t tile_rows;  // rows of a tile; 1 without tiles
} woodshed_rows;

#if defined(__x86_64__)
#include <immintrin.h>

#define WOODSHED_AVX2 __attribute__((target("avx2,fma")))
#define WOODSHED_AVX_VNNI __attribute__((target("avxvnni,avx2,fma")))
#define WOODSHED_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma")))
#define WOODSHED_TILES \
  __attribute__((target("amx-tile,amx-int8,avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma")))
#define WOODSHED_INLINE __attribute__((always_inline)) static inline

// Whether the processor has the instructions of each kind.
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

// The kernel must be asked for permission to use the tiles' 8 KiB of state (ARCH_REQ_XCOMP_PERM, XTILEDATA).
static inline int woodshed_has_tiles(void) {
  return woodshed_has_vnni() && __builtin_cpu_supports("amx-tile") &&
      __builtin_cpu_supports("amx-int8") && syscall(SYS_arch_prctl, 0x1023, 18) == 0;
}

// Scales 32 numbers and rounds them to 8-bit integers, in order.
WOODSHED_AVX2 WOODSHED_INLINE __m256i woodshed_round_32(const float *from, __m256 scale) {
  __m256i four[4];
  for (int i = 0; i < 4; i++)
    four[i] = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(from + 8 * i), scale));
  const __m256i bytes = _mm256_packs_epi16(
      _mm256_packs_epi32(four[0], four[1]), _mm256_packs_epi32(four[2], four[3]));
  return _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

// Quantises `count` numbers to -127...127 as a row of x; the padding after them must be 0 and stays so.
WOODSHED_AVX2 static inline void woodshed_quantise(
    int by, const float *values, size_t count, const woodshed_rows *rows, size_t row) {
  const __m256 sign = _mm256_set1_ps(-0.0f);
  const size_t whole = count / 32 * 32;
  float rest[32] = {0};
  memcpy(rest, values + whole, (count - whole) * sizeof *rest);
  __m256 highest[4];
  for (int i = 0; i < 4; i++)
    highest[i] = _mm256_andnot_ps(sign, _mm256_loadu_ps(rest + 8 * i));
  for (size_t i = 0; i < whole; i += 32)
#pragma clang loop unroll(full)
    for (int own = 0; own < 4; own++)
      highest[own] = _mm256_max_ps(
          highest[own], _mm256_andnot_ps(sign, _mm256_loadu_ps(values + i + 8 * own)));
  highest[0] = _mm256_max_ps(
      _mm256_max_ps(highest[0], highest[1]), _mm256_max_ps(highest[2], highest[3]));
  float lanes[8], peak = 0;
  _mm256_storeu_ps(lanes, highest[0]);
  for (int i = 0; i < 8; i++) peak = lanes[i] > peak ? lanes[i] : peak;
  const __m256 scale = _mm256_set1_ps(peak > 0 ? 127 / peak : 0);
  const size_t group = row / rows->tile_rows, place = row % rows->tile_rows;
  int8_t *bytes = (int8_t *)rows->values + group * rows->tile_rows * rows->inputs + place * 64;
  int16_t *words = (int16_t *)rows->values + row * rows->inputs;
  __m256i sums = _mm256_setzero_si256();
  for (size_t i = 0; i < count; i += 32) {
    const __m256i rounded = woodshed_round_32(i < whole ? values + i : rest, scale);
    sums = _mm256_add_epi64(
        sums, _mm256_sad_epu8(
            _mm256_xor_si256(rounded, _mm256_set1_epi8(-128)), _mm256_setzero_si256()));
    if (by != woodshed_by_avx2) {
      _mm256_storeu_si256((__m256i *)(bytes + i / 64 * 64 * rows->tile_rows + i % 64), rounded);
      continue;
    }
    _mm256_storeu_si256(
        (__m256i *)(words + i), _mm256_cvtepi8_epi16(_mm256_castsi256_si128(rounded)));
    _mm256_storeu_si256(
        (__m256i *)(words + i + 16), _mm256_cvtepi8_epi16(_mm256_extracti128_si256(rounded, 1)));
  }
  int64_t parts[4];
  _mm256_storeu_si256((__m256i *)parts, sums);
  const int64_t sum = parts[0] + parts[1] + parts[2] + parts[3];
  rows->scales[row] = peak / 127;
  rows->offsets[row] = (int32_t)(128 * (sum - 128 * (int64_t)((count + 31) / 32 * 32)));
}

// MARK: Vectors of 256 bits

// The integer sums of half a panel, 8 outputs, for 1 to 4 rows.
WOODSHED_AVX2 WOODSHED_INLINE void woodshed_sum_avx2(
    const uint8_t *w, const woodshed_rows *x, size_t row, int rows, __m256i *sums) {
  const int16_t *from = (const int16_t *)x->values + row * x->inputs;
  __m256i a[4], b[4];
  for (int own = 0; own < rows; own++) a[own] = b[own] = _mm256_setzero_si256();
  for (size_t input = 0; input < x->inputs; input += 4, w += 64) {
    const __m256i first = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)w));
    const __m256i second = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(w + 16)));
#pragma clang loop unroll(full)
    for (int own = 0; own < rows; own++) {
      int64_t four;
      memcpy(&four, from + own * x->inputs + input, sizeof four);
      const __m256i all = _mm256_set1_epi64x(four);
      a[own] = _mm256_add_epi32(a[own], _mm256_madd_epi16(first, all));
      b[own] = _mm256_add_epi32(b[own], _mm256_madd_epi16(second, all));
    }
  }
  for (int own = 0; own < rows; own++)
    sums[own] = _mm256_permute4x64_epi64(_mm256_hadd_epi32(a[own], b[own]), 0xD8);
}

// Four bytes of x, the operand of a dot product.
static inline int32_t woodshed_four_inputs(const int8_t *x) {
  int32_t four;
  memcpy(&four, x, sizeof four);
  return four;
}

// The same with AVX-VNNI. A single row uses two accumulators, to hide the latency of the dot product.
WOODSHED_AVX_VNNI WOODSHED_INLINE void woodshed_sum_avx_vnni(
    const uint8_t *w, const woodshed_rows *x, size_t row, int rows, __m256i *sums) {
  const int8_t *from = (const int8_t *)x->values + row * x->inputs;
  __m256i later = _mm256_setzero_si256();
  for (int own = 0; own < rows; own++) sums[own] = _mm256_setzero_si256();
  for (size_t input = 0; input < x->inputs; input += 8, w += 128) {
    const __m256i first = _mm256_loadu_si256((const __m256i *)w);
    const __m256i second = _mm256_loadu_si256((const __m256i *)(w + 64));
#pragma clang loop unroll(full)
    for (int own = 0; own < rows; own++) {
      const int8_t *at = from + own * x->inputs + input;
      __m256i *target = rows == 1 ? &later : &sums[own];
      sums[own] =
          _mm256_dpbusd_avx_epi32(sums[own], first, _mm256_set1_epi32(woodshed_four_inputs(at)));
      *target =
          _mm256_dpbusd_avx_epi32(*target, second, _mm256_set1_epi32(woodshed_four_inputs(at + 4)));
    }
  }
  sums[0] = _mm256_add_epi32(sums[0], later);
}

// NAME_half writes the products of half a panel, for the first `count` outputs, to 1 to 4 rows of y.
#define WOODSHED_HALVES(NAME, TARGET, SUM)                                                          \
  TARGET WOODSHED_INLINE void NAME##_half(                                                          \
      const uint8_t *w, const float *weight_scales, const woodshed_rows *x, size_t row, int rows,   \
      const float *start, float *y, size_t stride, size_t count) {                                  \
    __m256i sums[4];                                                                                \
    SUM(w, x, row, rows, sums);                                                                     \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int own = 0; own < rows; own++, row++) {                                                   \
      float *to = y + row * stride, numbers[8];                                                     \
      const float *from = start ? start : to;                                                       \
      const __m256 product = _mm256_mul_ps(                                                         \
          _mm256_cvtepi32_ps(_mm256_sub_epi32(sums[own], _mm256_set1_epi32(x->offsets[row]))),      \
          _mm256_mul_ps(_mm256_set1_ps(x->scales[row]), _mm256_loadu_ps(weight_scales)));           \
      if (count >= 8) {                                                                             \
        _mm256_storeu_ps(to, _mm256_add_ps(_mm256_loadu_ps(from), product));                        \
        continue;                                                                                   \
      }                                                                                             \
      _mm256_storeu_ps(numbers, product);                                                           \
      for (size_t i = 0; i < count; i++) to[i] = from[i] + numbers[i];                              \
    }                                                                                               \
  }                                                                                                 \
  TARGET static inline void NAME(                                                                   \
      const uint8_t *w, const float *weight_scales, const woodshed_rows *x, const float *start,     \
      float *y, size_t stride, size_t outputs) {                                                    \
    for (size_t first = 0; first < outputs; first += 8) {                                           \
      const uint8_t *half = w + first / 16 * 16 * x->inputs + first % 16 * 4;                       \
      const float *own = weight_scales + first, *from = start ? start + first : 0;                  \
      float *to = y + first;                                                                        \
      const size_t count = outputs - first;                                                         \
      for (size_t row = 0; row < x->rows; row += 4) {                                               \
        /* A constant number of rows keeps their sums in registers. */                              \
        switch (x->rows - row) {                                                                    \
          case 1: NAME##_half(half, own, x, row, 1, from, to, stride, count); break;                \
          case 2: NAME##_half(half, own, x, row, 2, from, to, stride, count); break;                \
          case 3: NAME##_half(half, own, x, row, 3, from, to, stride, count); break;                \
          default: NAME##_half(half, own, x, row, 4, from, to, stride, count);                      \
        }                                                                                           \
      }                                                                                             \
    }                                                                                               \
  }

WOODSHED_HALVES(woodshed_multiply_avx2, WOODSHED_AVX2, woodshed_sum_avx2)
WOODSHED_HALVES(woodshed_multiply_avx_vnni, WOODSHED_AVX_VNNI, woodshed_sum_avx_vnni)

// MARK: AVX-512 VNNI

// Writes (16 sums - offset) * scale * weight_scales + start to the first `count` of 16 outputs.
WOODSHED_VNNI WOODSHED_INLINE void woodshed_put_sums(
    __m512i sums, int32_t offset, float scale, const float *weight_scales, const float *start,
    float *y, size_t count) {
  const __m512 product = _mm512_mul_ps(
      _mm512_cvtepi32_ps(_mm512_sub_epi32(sums, _mm512_set1_epi32(offset))),
      _mm512_mul_ps(_mm512_set1_ps(scale), _mm512_loadu_ps(weight_scales)));
  const __mmask16 own = count >= 16 ? 0xFFFF : (__mmask16)((1u << count) - 1);
  _mm512_mask_storeu_ps(
      y, own, _mm512_add_ps(_mm512_maskz_loadu_ps(own, start ? start : y), product));
}

// Writes a panel's products to 1 to 8 rows of y. A single row uses four accumulators, to hide the latency of
// the dot product.
WOODSHED_VNNI WOODSHED_INLINE void woodshed_put_panel(
    const uint8_t *w, const float *weight_scales, const woodshed_rows *x, size_t row, int rows,
    const float *start, float *y, size_t stride, size_t count) {
  const int8_t *from = (const int8_t *)x->values + row * x->inputs;
  __m512i sums[8], later[3];
  for (int own = 0; own < rows; own++) sums[own] = _mm512_setzero_si512();
  for (int i = 0; i < 3; i++) later[i] = _mm512_setzero_si512();
  for (size_t input = 0; input < x->inputs; input += 16, w += 256) {
#pragma clang loop unroll(full)
    for (int four = 0; four < 4; four++) {
      const __m512i weights = _mm512_loadu_si512(w + 64 * four);
#pragma clang loop unroll(full)
      for (int own = 0; own < rows; own++) {
        const int32_t inputs = woodshed_four_inputs(from + own * x->inputs + input + 4 * four);
        __m512i *sum = rows == 1 && four > 0 ? &later[four - 1] : &sums[own];
        *sum = _mm512_dpbusd_epi32(*sum, weights, _mm512_set1_epi32(inputs));
      }
    }
  }
  sums[0] = _mm512_add_epi32(
      _mm512_add_epi32(sums[0], later[0]), _mm512_add_epi32(later[1], later[2]));
#pragma clang loop unroll(full)
  for (int own = 0; own < rows; own++)
    woodshed_put_sums(
        sums[own], x->offsets[row + own], x->scales[row + own], weight_scales, start,
        y + (row + own) * stride, count);
}

WOODSHED_VNNI static inline void woodshed_multiply_vnni(
    const uint8_t *w, const float *weight_scales, const woodshed_rows *x, const float *start,
    float *y, size_t stride, size_t outputs) {
  for (size_t first = 0; first < outputs; first += woodshed_panel) {
    const uint8_t *panel = w + first * x->inputs;
    const float *own = weight_scales + first, *from = start ? start + first : 0;
    float *to = y + first;
    const size_t count = outputs - first;
    for (size_t row = 0; row < x->rows; row += 8) {
      switch (x->rows - row) {
        case 1: woodshed_put_panel(panel, own, x, row, 1, from, to, stride, count); break;
        case 2: woodshed_put_panel(panel, own, x, row, 2, from, to, stride, count); break;
        case 3: woodshed_put_panel(panel, own, x, row, 3, from, to, stride, count); break;
        case 4: woodshed_put_panel(panel, own, x, row, 4, from, to, stride, count); break;
        case 5: woodshed_put_panel(panel, own, x, row, 5, from, to, stride, count); break;
        case 6: woodshed_put_panel(panel, own, x, row, 6, from, to, stride, count); break;
        case 7: woodshed_put_panel(panel, own, x, row, 7, from, to, stride, count); break;
        default: woodshed_put_panel(panel, own, x, row, 8, from, to, stride, count);
      }
    }
  }
}

// MARK: AMX

// The operand of the tile configuration instruction.
typedef struct {
  uint8_t palette, start_row, reserved[14];
  uint16_t bytes[16];
  uint8_t rows[16];
} woodshed_tile_shapes;

// Writes a panel's products for the rows of a tile to y.
WOODSHED_VNNI static inline void woodshed_put_tile(
    const int32_t sums[16][16], const float *weight_scales, const woodshed_rows *x, size_t row,
    const float *start, float *y, size_t stride, size_t count) {
  const size_t end = row + x->tile_rows < x->rows ? row + x->tile_rows : x->rows;
  for (size_t own = row; own < end; own++)
    woodshed_put_sums(
        _mm512_loadu_si512(sums[own - row]), x->offsets[own], x->scales[own], weight_scales, start,
        y + own * stride, count);
}

// Multiplies two tiles of rows by two panels at a time, or a single tile of rows by four panels. Tiles 0 to 3
// hold the sums, 4 and 5 x, 6 and 7 the panels.
WOODSHED_TILES static inline void woodshed_multiply_tiles(
    const uint8_t *w, const float *weight_scales, const woodshed_rows *x, const float *start,
    float *y, size_t stride, size_t outputs) {
  int32_t sums[4][16][16];
  const size_t inputs = x->inputs, step = 64 * x->tile_rows, size = x->tile_rows * inputs;
  woodshed_tile_shapes shapes;
  memset(&shapes, 0, sizeof shapes);
  shapes.palette = 1;
  for (int tile = 0; tile < 8; tile++) {
    shapes.bytes[tile] = 64;
    shapes.rows[tile] = tile < 6 ? (uint8_t)x->tile_rows : 16;
  }
  _tile_loadconfig(&shapes);
  const size_t groups = (x->rows + x->tile_rows - 1) / x->tile_rows;
  const int panels = groups > 1 ? 2 : 4;
  for (size_t first = 0; first < outputs; first += panels * woodshed_panel) {
    const uint8_t *panel[4];
    // Where no panel is left, the first is computed again and discarded.
    for (int i = 0; i < panels; i++)
      panel[i] = w + (first + i * woodshed_panel < outputs ? first + i * woodshed_panel : first) * inputs;
    for (size_t group = 0; group < groups; group += 2) {
      const int8_t *a = (const int8_t *)x->values + group * size;
      // An odd last tile of rows is computed twice.
      const int8_t *b = group + 1 < groups ? a + size : a;
      _tile_zero(0);
      _tile_zero(1);
      _tile_zero(2);
      _tile_zero(3);
      if (panels == 2)
        for (size_t input = 0; input < inputs; input += 64, a += step, b += step) {
          _tile_loadd(6, panel[0] + input * woodshed_panel, 64);
          _tile_loadd(4, a, 64);
          _tile_dpbsud(0, 4, 6);
          _tile_loadd(5, b, 64);
          _tile_dpbsud(1, 5, 6);
          _tile_loadd(7, panel[1] + input * woodshed_panel, 64);
          _tile_dpbsud(2, 4, 7);
          _tile_dpbsud(3, 5, 7);
        }
      else
        for (size_t input = 0; input < inputs; input += 64, a += step) {
          _tile_loadd(4, a, 64);
          _tile_loadd(6, panel[0] + input * woodshed_panel, 64);
          _tile_dpbsud(0, 4, 6);
          _tile_loadd(7, panel[1] + input * woodshed_panel, 64);
          _tile_dpbsud(1, 4, 7);
          _tile_loadd(6, panel[2] + input * woodshed_panel, 64);
          _tile_dpbsud(2, 4, 6);
          _tile_loadd(7, panel[3] + input * woodshed_panel, 64);
          _tile_dpbsud(3, 4, 7);
        }
      _tile_stored(0, sums[0], 64);
      _tile_stored(1, sums[1], 64);
      _tile_stored(2, sums[2], 64);
      _tile_stored(3, sums[3], 64);
      for (int tile = 0; tile < 4; tile++) {
        const size_t output = first + (panels == 2 ? tile / 2 : tile) * woodshed_panel;
        const size_t row = (group + (panels == 2 ? tile % 2 : 0)) * x->tile_rows;
        if (output < outputs && row < x->rows)
          woodshed_put_tile(
              sums[tile], weight_scales + output, x, row, start ? start + output : 0, y + output,
              stride, outputs - output);
      }
    }
  }
  _tile_release();
}

// MARK: Dispatch

// Adds the products to `start` [outputs], or to what y holds where that is NULL, and writes them to y, whose
// rows are `stride` apart. `weight_scales` has the quantisation step of each output, padded to whole panels.
static inline void woodshed_multiply(
    int by, const uint8_t *w, const float *weight_scales, const woodshed_rows *x,
    const float *start, float *y, size_t stride, size_t outputs) {
  switch (by) {
    case woodshed_by_tiles:
      woodshed_multiply_tiles(w, weight_scales, x, start, y, stride, outputs);
      break;
    case woodshed_by_vnni:
      woodshed_multiply_vnni(w, weight_scales, x, start, y, stride, outputs);
      break;
    case woodshed_by_avx_vnni:
      woodshed_multiply_avx_vnni(w, weight_scales, x, start, y, stride, outputs);
      break;
    default:
      woodshed_multiply_avx2(w, weight_scales, x, start, y, stride, outputs);
  }
}

#else

static inline int woodshed_has_avx2(void) { return 0; }
static inline int woodshed_has_avx_vnni(void) { return 0; }
static inline int woodshed_has_vnni(void) { return 0; }
static inline int woodshed_has_tiles(void) { return 0; }
static inline void woodshed_quantise(
    int by, const float *values, size_t count, const woodshed_rows *rows, size_t row) {}
static inline void woodshed_multiply(
    int by, const uint8_t *w, const float *weight_scales, const woodshed_rows *x,
    const float *start, float *y, size_t stride, size_t outputs) {}

#endif

#endif
