#ifndef WOODSHED_CSIMD_PASSES_H
#define WOODSHED_CSIMD_PASSES_H

// Vectorised loops over whole buffers, compiled for three widths of vector.

#include "cell.h"

// One update by AdamW; `AdamW.swift` has the formula.
typedef struct {
  float scale;          // the factor that clips the gradients
  float beta1, beta2, epsilon;
  float correction1, correction2;
  float rate, decay, pull;
  float follow;         // the fraction by which the average moves toward the weights, 0...1
} woodshed_update;

// The increment of `SeededGenerator`'s state at each draw.
static const uint64_t woodshed_golden = 0x9E3779B97F4A7C15;

// The vector types of `draw`: 4 N bytes of random bits give 2 N numbers, one for each 16 bits.
#define WOODSHED_DRAWS(N)                                                                    \
  typedef uint64_t woodshed_q##N __attribute__((vector_size(4 * N)));                        \
  typedef uint16_t woodshed_s##N __attribute__((vector_size(4 * N)));                        \
  typedef uint32_t woodshed_d##N __attribute__((vector_size(8 * N)));                        \
  typedef float woodshed_g##N __attribute__((vector_size(8 * N), aligned(4), may_alias));

WOODSHED_DRAWS(4)
WOODSHED_DRAWS(8)
WOODSHED_DRAWS(16)

#define WOODSHED_PASSES(N, NAME, CELL, TARGET)                                                  \
  TARGET static inline void NAME##_update(                                                      \
      const woodshed_update *u, size_t count, float *w, float *m, float *v, const float *g,     \
      const float *anchor, float *average) {                                                    \
    for (size_t k = 0; k < count; k += N) {                                                     \
      woodshed_f##N *weight = (woodshed_f##N *)(w + k);                                         \
      woodshed_f##N *mean = (woodshed_f##N *)(m + k), *square = (woodshed_f##N *)(v + k);       \
      const woodshed_f##N gradient = *(const woodshed_f##N *)(g + k) * u->scale;                \
      *mean = u->beta1 * *mean + (1.0f - u->beta1) * gradient;                                  \
      *square = u->beta2 * *square + (1.0f - u->beta2) * gradient * gradient;                   \
      const woodshed_f##N spread = __builtin_elementwise_sqrt(*square / u->correction2);        \
      woodshed_f##N way = *mean / u->correction1 / (spread + u->epsilon) + u->decay * *weight;  \
      if (anchor) way += u->pull * (*weight - *(const woodshed_f##N *)(anchor + k));            \
      *weight -= u->rate * way;                                                                 \
      if (!average) continue;                                                                   \
      woodshed_f##N *followed = (woodshed_f##N *)(average + k);                                 \
      *followed += u->follow * (*weight - *followed);                                           \
    }                                                                                           \
  }                                                                                             \
  TARGET static inline void NAME##_add(                                                         \
      size_t count, float *target, const float *source, float number) {                         \
    for (size_t k = 0; k < count; k += N)                                                       \
      *(woodshed_f##N *)(target + k) += number * *(const woodshed_f##N *)(source + k);          \
  }                                                                                             \
  TARGET static inline void NAME##_draw(                                                        \
      size_t count, float *mask, uint64_t state, uint32_t threshold, float scale) {             \
    woodshed_q##N places;                                                                       \
    for (size_t i = 0; i < N / 2; i++) places[i] = (i + 1) * woodshed_golden;                   \
    for (size_t k = 0; k < count; k += 2 * N, state += N / 2 * woodshed_golden) {               \
      woodshed_q##N mixed = places + state;                                                     \
      mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;                                     \
      mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;                                     \
      mixed ^= mixed >> 31;                                                                     \
      const woodshed_d##N draws = __builtin_convertvector((woodshed_s##N)mixed, woodshed_d##N); \
      const woodshed_g##N kept = (woodshed_g##N){0} + scale;                                    \
      *(woodshed_g##N *)(mask + k) =                                                            \
          (woodshed_g##N)((woodshed_d##N)kept & (woodshed_d##N)(draws >= threshold));           \
    }                                                                                           \
  }                                                                                             \
  TARGET static inline void NAME##_exponentials(                                                \
      size_t count, float *values, float highest, float scale) {                                \
    const woodshed_f##N zero = {0};                                                             \
    for (size_t k = 0; k < count; k += N) {                                                     \
      woodshed_f##N *at = (woodshed_f##N *)(values + k);                                        \
      const woodshed_f##N x = (*at - highest) * scale;                                          \
      const woodshed_f##N power = CELL##_exponential(x);                                        \
      const woodshed_u##N own = (woodshed_u##N)(x > zero - 80.0f);                              \
      *at = (woodshed_f##N)((woodshed_u##N)power & own);                                        \
    }                                                                                           \
  }                                                                                             \
  TARGET static inline void NAME##_add_rows(                                                    \
      size_t count, float *target, const float *table, size_t width, const uint16_t *places,    \
      const float *numbers, size_t rows) {                                                      \
    woodshed_f##N sums[16];                                                                     \
    const size_t most = count / N;                                                              \
    _Pragma("clang loop unroll(full)")                                                          \
    for (size_t i = 0; i < 16; i++)                                                             \
      if (i < most) sums[i] = *(woodshed_f##N *)(target + i * N);                               \
    for (size_t row = 0; row < rows; row++) {                                                   \
      const float *from = table + places[row] * width;                                          \
      _Pragma("clang loop unroll(full)")                                                        \
      for (size_t i = 0; i < 16; i++)                                                           \
        if (i < most) sums[i] += numbers[row] * *(const woodshed_f##N *)(from + i * N);         \
    }                                                                                           \
    _Pragma("clang loop unroll(full)")                                                          \
    for (size_t i = 0; i < 16; i++)                                                             \
      if (i < most) *(woodshed_f##N *)(target + i * N) = sums[i];                               \
  }                                                                                             \
  TARGET static inline float NAME##_allow(                                                      \
      size_t count, float *values, const uint8_t *allowed) {                                    \
    woodshed_f##N highest = (woodshed_f##N){0} - __builtin_inff();                              \
    const woodshed_u##N none = (woodshed_u##N)highest;                                          \
    for (size_t k = 0; k < count; k += N) {                                                     \
      const woodshed_b##N own = *(const woodshed_b##N *)(allowed + k);                          \
      const woodshed_u##N is = (woodshed_u##N)(__builtin_convertvector(own, woodshed_u##N) != 0);\
      woodshed_f##N *at = (woodshed_f##N *)(values + k);                                        \
      *at = (woodshed_f##N)(((woodshed_u##N)*at & is) | (none & ~is));                          \
      highest = __builtin_elementwise_max(highest, *at);                                        \
    }                                                                                           \
    float most = highest[0];                                                                    \
    for (int i = 1; i < N; i++) most = highest[i] > most ? highest[i] : most;                   \
    return most;                                                                                \
  }                                                                                             \
  TARGET static inline float NAME##_sum(size_t count, const float *values) {                    \
    woodshed_f##N sums[16 / N] = {{0}};                                                         \
    for (size_t k = 0; k < count; k += 16)                                                      \
      for (size_t i = 0; i < 16 / N; i++) sums[i] += *(const woodshed_f##N *)(values + k + i * N);\
    float sum = 0;                                                                              \
    for (size_t i = 0; i < 16; i++) sum += sums[i / N][i % N];                                  \
    return sum;                                                                                 \
  }

WOODSHED_PASSES(4, woodshed_passes_plain, woodshed_cell_plain, )
WOODSHED_PASSES(8, woodshed_passes_avx2, woodshed_cell_avx2, WOODSHED_TARGET_AVX2)
WOODSHED_PASSES(16, woodshed_passes_avx512, woodshed_cell_avx512, WOODSHED_TARGET_AVX512)

// Updates `count` weights w by the gradients g, with their moments m and v. anchor and average may be
// NULL. Results do not depend on how the weights are divided among calls.
static inline void woodshed_adamw(
    int width, const woodshed_update *u, size_t count, float *w, float *m, float *v,
    const float *g, const float *anchor, float *average) {
  const size_t whole = count / 16 * 16;
  if (width == woodshed_avx512)
    woodshed_passes_avx512_update(u, whole, w, m, v, g, anchor, average);
  else if (width == woodshed_avx2)
    woodshed_passes_avx2_update(u, whole, w, m, v, g, anchor, average);
  else
    woodshed_passes_plain_update(u, whole, w, m, v, g, anchor, average);
  if (whole == count) return;
  // The tail goes through a padded vector, so that it is rounded like the rest.
  const size_t left = count - whole, bytes = left * sizeof(float);
  float rest[6][16] = {{0}};
  float *const from[6] = {w, m, v, (float *)g, (float *)anchor, average};
  for (int k = 0; k < 6; k++)
    if (from[k]) __builtin_memcpy(rest[k], from[k] + whole, bytes);
  woodshed_adamw(
      width, u, 16, rest[0], rest[1], rest[2], rest[3], anchor ? rest[4] : 0,
      average ? rest[5] : 0);
  for (int k = 0; k < 3; k++) __builtin_memcpy(from[k] + whole, rest[k], bytes);
  if (average) __builtin_memcpy(average + whole, rest[5], bytes);
}

// Fills `count` numbers, a multiple of 32, with 0 or `scale`: 0 where the next 16 random bits, four groups to
// a draw of `SeededGenerator` from `state` on, are below the threshold.
static inline void woodshed_draw(
    int width, size_t count, float *mask, uint64_t state, uint32_t threshold, float scale) {
  if (width == woodshed_avx512)
    woodshed_passes_avx512_draw(count, mask, state, threshold, scale);
  else if (width == woodshed_avx2)
    woodshed_passes_avx2_draw(count, mask, state, threshold, scale);
  else
    woodshed_passes_plain_draw(count, mask, state, threshold, scale);
}

// target += number * source, for `count` elements.
static inline void woodshed_add(
    int width, size_t count, float *target, const float *source, float number) {
  const size_t whole = count / 16 * 16;
  if (width == woodshed_avx512)
    woodshed_passes_avx512_add(whole, target, source, number);
  else if (width == woodshed_avx2)
    woodshed_passes_avx2_add(whole, target, source, number);
  else
    woodshed_passes_plain_add(whole, target, source, number);
  for (size_t k = whole; k < count; k++) target[k] += number * source[k];
}

// values = e^((values - highest) * scale), with results of e^-80 or less set to 0.
static inline void woodshed_exponentials(
    int width, size_t count, float *values, float highest, float scale) {
  const size_t whole = count / 16 * 16;
  if (width == woodshed_avx512)
    woodshed_passes_avx512_exponentials(whole, values, highest, scale);
  else if (width == woodshed_avx2)
    woodshed_passes_avx2_exponentials(whole, values, highest, scale);
  else
    woodshed_passes_plain_exponentials(whole, values, highest, scale);
  if (whole == count) return;
  float rest[16] = {0};
  __builtin_memcpy(rest, values + whole, (count - whole) * sizeof *rest);
  woodshed_exponentials(width, 16, rest, highest, scale);
  __builtin_memcpy(values + whole, rest, (count - whole) * sizeof *rest);
}

// target += a sparse vector times a table: `rows` entries with indices `places` and values `numbers`; the
// table's rows are `width` wide, of which `count` columns are computed.
static inline void woodshed_add_rows(
    int vector, size_t count, float *target, const float *table, size_t width,
    const uint16_t *places, const float *numbers, size_t rows) {
  // As many columns as registers hold, so that no sum goes through memory.
  const size_t most = vector == woodshed_avx512 ? 256 : vector == woodshed_avx2 ? 96 : 48;
  for (size_t k = 0; k < count; k += most) {
    const size_t all = count - k < most ? count - k : most, own = all / 16 * 16;
    if (vector == woodshed_avx512)
      woodshed_passes_avx512_add_rows(own, target + k, table + k, width, places, numbers, rows);
    else if (vector == woodshed_avx2)
      woodshed_passes_avx2_add_rows(own, target + k, table + k, width, places, numbers, rows);
    else
      woodshed_passes_plain_add_rows(own, target + k, table + k, width, places, numbers, rows);
    for (size_t row = 0; row < rows; row++)
      for (size_t i = k + own; i < k + all; i++)
        target[i] += numbers[row] * table[places[row] * width + i];
  }
}

// Replaces the values whose byte in `allowed` is 0 by -infinity; returns the highest of the others.
static inline float woodshed_allow(
    int width, size_t count, float *values, const uint8_t *allowed) {
  const size_t whole = count / 16 * 16;
  float most = width == woodshed_avx512 ? woodshed_passes_avx512_allow(whole, values, allowed)
      : width == woodshed_avx2          ? woodshed_passes_avx2_allow(whole, values, allowed)
                                        : woodshed_passes_plain_allow(whole, values, allowed);
  for (size_t k = whole; k < count; k++) {
    if (!allowed[k]) values[k] = -__builtin_inff();
    most = values[k] > most ? values[k] : most;
  }
  return most;
}

// The sum of all values, added in the same order for each width of vector.
static inline float woodshed_sum(int width, size_t count, const float *values) {
  const size_t whole = count / 16 * 16;
  float sum = width == woodshed_avx512 ? woodshed_passes_avx512_sum(whole, values)
      : width == woodshed_avx2         ? woodshed_passes_avx2_sum(whole, values)
                                       : woodshed_passes_plain_sum(whole, values);
  for (size_t k = whole; k < count; k++) sum += values[k];
  return sum;
}

#endif
