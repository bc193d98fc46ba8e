#ifndef WOODSHED_CSIMD_CELL_H
#define WOODSHED_CSIMD_CELL_H

// The element-wise part of an LSTM layer, between its matrix products, compiled for three widths of vector.
// i, f, g and o are the gates, c the cell state, and h = o tanh c the output.

#include <stddef.h>
#include <stdint.h>

// The width of vector, as the caller found it to be supported by the processor.
enum { woodshed_plain = 0, woodshed_avx2 = 1, woodshed_avx512 = 2 };

#if defined(__x86_64__)
#include <immintrin.h>

#define WOODSHED_TARGET_AVX2 __attribute__((target("avx2,fma")))
#define WOODSHED_TARGET_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma")))
#else
#define WOODSHED_TARGET_AVX2
#define WOODSHED_TARGET_AVX512
#endif

// Vectors that may be loaded and stored unaligned.
#define WOODSHED_VECTOR(N)                                                                \
  typedef float woodshed_f##N __attribute__((vector_size(4 * N), aligned(4), may_alias)); \
  typedef uint32_t woodshed_u##N __attribute__((vector_size(4 * N), aligned(4)));         \
  typedef uint16_t woodshed_h##N __attribute__((vector_size(2 * N), aligned(2), may_alias)); \
  typedef uint8_t woodshed_b##N __attribute__((vector_size(N), aligned(1), may_alias));

// The functions below, for vectors of N numbers.
//
// power: e^x for x within -87...87. x = n ln 2 + r with |r| <= ln 2 / 2, so that e^x = 2^n e^r, and e^r
// is a polynomial of the sixth degree. Adding 1.5 * 2^23 leaves the nearest whole number in the lowest
// bits. Source: Cephes, expf. exponential: the same with x clamped to that range.
//
// outputs: the step of a forward-only layer, with common denominators, since a division may take as long as
// a power. With I = e^-i, F = e^-f, O = e^-o, G = e^-2g and C = e^-2c' for the pre-activations i, f, g, o,
//
//   c' = (c (1 + I)(1 + G) + (1 - G)(1 + F)) / ((1 + F)(1 + I)(1 + G))
//   h' = (1 - C) / ((1 + O)(1 + C))
//
// Exponents are clamped to +-28: there a logistic function is 0 or 1 to within 1e-12, and a product of three
// such powers does not overflow.
//
// put: rounds to bfloat16, to nearest, ties to even.
#define WOODSHED_CELL(N, NAME, TARGET)                                                          \
  TARGET __attribute__((always_inline)) static inline woodshed_f##N NAME##_power(               \
      woodshed_f##N x) {                                                                        \
    const woodshed_f##N zero = {0}, magic = zero + 12582912.0f;                                 \
    const woodshed_f##N shifted = x * 1.44269504f + magic, whole = shifted - magic;             \
    const woodshed_f##N rest = x - whole * 0.693359375f + whole * 2.1219444e-4f;                \
    woodshed_f##N sum = rest * 1.9875691e-4f + 1.3981999e-3f;                                   \
    sum = sum * rest + 8.333452e-3f;                                                            \
    sum = sum * rest + 4.1665796e-2f;                                                           \
    sum = sum * rest + 1.6666665e-1f;                                                           \
    sum = sum * rest + 0.5f;                                                                    \
    sum = sum * rest * rest + rest + 1.0f;                                                      \
    return (woodshed_f##N)((woodshed_u##N)sum + ((woodshed_u##N)shifted << 23));                \
  }                                                                                             \
  TARGET __attribute__((always_inline)) static inline woodshed_f##N NAME##_within(              \
      woodshed_f##N x, float most) {                                                            \
    const woodshed_f##N zero = {0}, limit = zero + most;                                        \
    return __builtin_elementwise_max(__builtin_elementwise_min(x, limit), -limit);              \
  }                                                                                             \
  TARGET __attribute__((always_inline)) static inline woodshed_f##N NAME##_exponential(         \
      woodshed_f##N x) {                                                                        \
    return NAME##_power(NAME##_within(x, 87.0f));                                               \
  }                                                                                             \
  TARGET __attribute__((always_inline)) static inline woodshed_f##N NAME##_logistic(            \
      woodshed_f##N x) {                                                                        \
    const woodshed_f##N zero = {0};                                                             \
    return NAME##_divided(zero + 1.0f, 1.0f + NAME##_exponential(-x));                          \
  }                                                                                             \
  TARGET __attribute__((always_inline)) static inline woodshed_f##N NAME##_tanh(                \
      woodshed_f##N x) {                                                                        \
    const woodshed_f##N zero = {0};                                                             \
    return NAME##_divided(zero + 2.0f, 1.0f + NAME##_exponential(-2.0f * x)) - 1.0f;            \
  }                                                                                             \
  TARGET __attribute__((always_inline)) static inline void NAME##_put(                          \
      uint16_t *to, woodshed_f##N value) {                                                      \
    const woodshed_u##N bits = (woodshed_u##N)value;                                            \
    const woodshed_u##N near = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;                      \
    *(woodshed_h##N *)to = __builtin_convertvector(near, woodshed_h##N);                        \
  }                                                                                             \
  TARGET static inline void NAME##_round(const float *from, uint16_t *to, size_t count) {       \
    for (size_t k = 0; k < count; k += N) NAME##_put(to + k, *(const woodshed_f##N *)(from + k)); \
  }                                                                                             \
  TARGET static inline void NAME##_outputs(                                                     \
      size_t units, size_t hidden, size_t lanes, const float *gates, const float *before,       \
      float *cell, size_t distance, float *output, uint16_t *rounded) {                         \
    for (size_t lane = 0; lane < lanes; lane++, gates += 4 * units)                             \
      for (size_t k = 0; k < units; k += N) {                                                   \
        const size_t held = lane * distance + k, out = lane * hidden + k;                       \
        const float *own = gates + k;                                                           \
        const woodshed_f##N i = *(const woodshed_f##N *)own;                                    \
        const woodshed_f##N f = *(const woodshed_f##N *)(own + units);                          \
        const woodshed_f##N g = *(const woodshed_f##N *)(own + 2 * units);                      \
        const woodshed_f##N o = *(const woodshed_f##N *)(own + 3 * units);                      \
        const woodshed_f##N c = *(const woodshed_f##N *)(before + held);                        \
        const woodshed_f##N I = NAME##_power(NAME##_within(-i, 28.0f));                         \
        const woodshed_f##N F = NAME##_power(NAME##_within(-f, 28.0f));                         \
        const woodshed_f##N G = NAME##_power(NAME##_within(-2.0f * g, 28.0f));                  \
        const woodshed_f##N O = NAME##_power(NAME##_within(-o, 28.0f));                         \
        const woodshed_f##N both = (1.0f + I) * (1.0f + G);                                     \
        const woodshed_f##N next = NAME##_divided(                                              \
            c * both + (1.0f - G) * (1.0f + F), (1.0f + F) * both);                             \
        const woodshed_f##N C = NAME##_power(NAME##_within(-2.0f * next, 28.0f));               \
        const woodshed_f##N h = NAME##_divided(1.0f - C, (1.0f + O) * (1.0f + C));              \
        *(woodshed_f##N *)(cell + held) = next;                                                 \
        *(woodshed_f##N *)(output + out) = h;                                                   \
        if (rounded) NAME##_put(rounded + out, h);                                              \
      }                                                                                         \
  }                                                                                             \
  TARGET static inline void NAME##_forward(                                                     \
      size_t units, size_t hidden, size_t lanes, float *gates, const float *before,             \
      float *cell, size_t distance, float *squashed, float *output, uint16_t *rounded) {        \
    for (size_t lane = 0; lane < lanes; lane++, gates += 4 * units)                             \
      for (size_t k = 0; k < units; k += N) {                                                   \
        const size_t held = lane * distance + k, out = lane * hidden + k;                       \
        woodshed_f##N *own = (woodshed_f##N *)(gates + k);                                      \
        woodshed_f##N *forget = (woodshed_f##N *)(gates + units + k);                           \
        woodshed_f##N *candidate = (woodshed_f##N *)(gates + 2 * units + k);                    \
        woodshed_f##N *open = (woodshed_f##N *)(gates + 3 * units + k);                         \
        const woodshed_f##N i = NAME##_logistic(*own), f = NAME##_logistic(*forget);            \
        const woodshed_f##N g = NAME##_tanh(*candidate), o = NAME##_logistic(*open);            \
        const woodshed_f##N c = f * *(const woodshed_f##N *)(before + held) + i * g;            \
        const woodshed_f##N bounded = NAME##_tanh(c), h = o * bounded;                          \
        *own = i, *forget = f, *candidate = g, *open = o;                                       \
        *(woodshed_f##N *)(squashed + lane * units + k) = bounded;                              \
        *(woodshed_f##N *)(cell + held) = c;                                                    \
        *(woodshed_f##N *)(output + out) = h;                                                   \
        if (rounded) NAME##_put(rounded + out, h);                                              \
      }                                                                                         \
  }                                                                                             \
  TARGET static inline void NAME##_backward(                                                    \
      size_t units, size_t hidden, size_t lanes, float *gates, const float *before,             \
      const float *squashed, const float *d_output, const float *d_state, float *d_cell,        \
      float *shared, uint16_t *rounded, uint16_t *apart, size_t distance) {                     \
    for (size_t lane = 0; lane < lanes; lane++, gates += 4 * units)                             \
      for (size_t k = 0; k < units; k += N) {                                                   \
        const size_t at = lane * units + k, out = lane * hidden + k;                            \
        woodshed_f##N *own = (woodshed_f##N *)(gates + k);                                      \
        woodshed_f##N *forget = (woodshed_f##N *)(gates + units + k);                           \
        woodshed_f##N *candidate = (woodshed_f##N *)(gates + 2 * units + k);                    \
        woodshed_f##N *open = (woodshed_f##N *)(gates + 3 * units + k);                         \
        const woodshed_f##N i = *own, f = *forget, g = *candidate, o = *open;                   \
        const woodshed_f##N bounded = *(const woodshed_f##N *)(squashed + at);                  \
        const woodshed_f##N dh = *(const woodshed_f##N *)(d_output + out) +                     \
            *(const woodshed_f##N *)(d_state + at);                                             \
        const woodshed_f##N dc = *(woodshed_f##N *)(d_cell + at) +                              \
            dh * o * (1.0f - bounded * bounded);                                                \
        *own = dc * g * i * (1.0f - i);                                                         \
        *forget = dc * *(const woodshed_f##N *)(before + at) * f * (1.0f - f);                  \
        *candidate = dc * i * (1.0f - g * g);                                                   \
        *open = dh * bounded * o * (1.0f - o);                                                  \
        *(woodshed_f##N *)(d_cell + at) = dc * f;                                               \
        const size_t row = lane * 4 * hidden + k;                                               \
        if (rounded) {                                                                          \
          NAME##_put(rounded + row, *own);                                                      \
          NAME##_put(rounded + row + hidden, *forget);                                          \
          NAME##_put(rounded + row + 2 * hidden, *candidate);                                   \
          NAME##_put(rounded + row + 3 * hidden, *open);                                        \
          NAME##_put(apart + at, *own);                                                         \
          NAME##_put(apart + at + distance, *forget);                                           \
          NAME##_put(apart + at + 2 * distance, *candidate);                                    \
          NAME##_put(apart + at + 3 * distance, *open);                                         \
        }                                                                                       \
        if (shared) {                                                                           \
          *(woodshed_f##N *)(shared + row) = *own;                                              \
          *(woodshed_f##N *)(shared + row + hidden) = *forget;                                  \
          *(woodshed_f##N *)(shared + row + 2 * hidden) = *candidate;                           \
          *(woodshed_f##N *)(shared + row + 3 * hidden) = *open;                                \
        }                                                                                       \
      }                                                                                         \
  }

WOODSHED_VECTOR(4)
WOODSHED_VECTOR(8)
WOODSHED_VECTOR(16)

#define WOODSHED_DIVIDED __attribute__((always_inline)) static inline

WOODSHED_DIVIDED woodshed_f4 woodshed_cell_plain_divided(woodshed_f4 a, woodshed_f4 b) {
  return a / b;
}

WOODSHED_TARGET_AVX2 WOODSHED_DIVIDED woodshed_f8 woodshed_cell_avx2_divided(
    woodshed_f8 a, woodshed_f8 b) {
  return a / b;
}

// A division of 512-bit vectors takes many times as long as a multiplication. This one uses an estimate of
// 1 / b and two Newton steps; the result is correctly rounded except at times in the last bit.
WOODSHED_TARGET_AVX512 WOODSHED_DIVIDED woodshed_f16 woodshed_cell_avx512_divided(
    woodshed_f16 a, woodshed_f16 b) {
#if defined(__x86_64__)
  const woodshed_f16 estimate = (woodshed_f16)_mm512_rcp14_ps((__m512)b);
  const woodshed_f16 inverse = estimate + estimate * (1.0f - b * estimate);
  const woodshed_f16 quotient = a * inverse;
  return quotient + inverse * (a - b * quotient);
#else
  return a / b;
#endif
}

WOODSHED_CELL(4, woodshed_cell_plain, )
WOODSHED_CELL(8, woodshed_cell_avx2, WOODSHED_TARGET_AVX2)
WOODSHED_CELL(16, woodshed_cell_avx512, WOODSHED_TARGET_AVX512)

// Computes one step of all lanes, for `units` of the layer's `hidden` outputs. `units` is a multiple of 8.
//
// gates [lanes][4][units]: pre-activations on entry, the activations i, f, g and o on return. before, cell:
// c before and after the step, in rows of `units` that are `distance` apart; they may be the same address.
// squashed [lanes][units]: receives tanh c; NULL when there is no backward pass, and then gates is unchanged.
// output: receives h, in rows of `hidden`. rounded: receives h in bfloat16, or NULL.
static inline void woodshed_cell_forward(
    int width, size_t units, size_t hidden, size_t lanes, float *gates, const float *before,
    float *cell, size_t distance, float *squashed, float *output, uint16_t *rounded) {
  if (!squashed) {
    if (width == woodshed_avx512 && units % 16 == 0)
      woodshed_cell_avx512_outputs(
          units, hidden, lanes, gates, before, cell, distance, output, rounded);
    else if (width >= woodshed_avx2)
      woodshed_cell_avx2_outputs(
          units, hidden, lanes, gates, before, cell, distance, output, rounded);
    else
      woodshed_cell_plain_outputs(
          units, hidden, lanes, gates, before, cell, distance, output, rounded);
    return;
  }
  if (width == woodshed_avx512 && units % 16 == 0)
    woodshed_cell_avx512_forward(
        units, hidden, lanes, gates, before, cell, distance, squashed, output, rounded);
  else if (width >= woodshed_avx2)
    woodshed_cell_avx2_forward(
        units, hidden, lanes, gates, before, cell, distance, squashed, output, rounded);
  else
    woodshed_cell_plain_forward(
        units, hidden, lanes, gates, before, cell, distance, squashed, output, rounded);
}

// The backward pass of a step. gates: the activations i, f, g and o on entry, the gradients of their
// pre-activations on return. d_output and d_state: the gradients of h from the layer above, in rows of
// `hidden`, and from the next step. d_cell: the gradient of c after the step on entry, of c before it on
// return. shared, rounded: receive the gates' gradients in rows [4][hidden], in 32 bits and in bfloat16;
// either may be NULL. apart: with `rounded`, receives them a second time as a [lanes][units] block for each
// gate, `distance` apart.
static inline void woodshed_cell_backward(
    int width, size_t units, size_t hidden, size_t lanes, float *gates, const float *before,
    const float *squashed, const float *d_output, const float *d_state, float *d_cell,
    float *shared, uint16_t *rounded, uint16_t *apart, size_t distance) {
  if (width == woodshed_avx512 && units % 16 == 0)
    woodshed_cell_avx512_backward(
        units, hidden, lanes, gates, before, squashed, d_output, d_state, d_cell, shared, rounded,
        apart, distance);
  else if (width >= woodshed_avx2)
    woodshed_cell_avx2_backward(
        units, hidden, lanes, gates, before, squashed, d_output, d_state, d_cell, shared, rounded,
        apart, distance);
  else
    woodshed_cell_plain_backward(
        units, hidden, lanes, gates, before, squashed, d_output, d_state, d_cell, shared, rounded,
        apart, distance);
}

// Rounds `count` numbers to bfloat16.
static inline void woodshed_round(int width, const float *from, uint16_t *to, size_t count) {
  const size_t whole = count / 16 * 16;
  if (width == woodshed_avx512)
    woodshed_cell_avx512_round(from, to, whole);
  else if (width == woodshed_avx2)
    woodshed_cell_avx2_round(from, to, whole);
  else
    woodshed_cell_plain_round(from, to, whole);
  for (size_t k = whole; k < count; k++) {
    uint32_t bits;
    __builtin_memcpy(&bits, from + k, sizeof bits);
    to[k] = (uint16_t)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
  }
}

#endif
