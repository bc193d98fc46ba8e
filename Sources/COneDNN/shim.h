#ifndef WOODSHED_CONEDNN_SHIM_H
#define WOODSHED_CONEDNN_SHIM_H


#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <dnnl.h>

// oneDNN has tens of megabytes, which most commands do not need. So it is opened when a network first runs, in the
// version that this was compiled for, and each function looks its own up once.

// Its file is libdnnl.so.2 or libdnnl.so.3; since 3.6 Debian's name has the minor version too.
static inline void *woodshed_dnnl_library(void) {
  static void *library;
  if (library != NULL) return library;
  char name[32];
  snprintf(name, sizeof name, "libdnnl.so.%d", DNNL_VERSION_MAJOR);
  library = dlopen(name, RTLD_NOW);
  for (int minor = 99; library == NULL && minor >= 0; minor--) {
    snprintf(name, sizeof name, "libdnnl.so.%d.%d", DNNL_VERSION_MAJOR, minor);
    library = dlopen(name, RTLD_NOW);
  }
  return library;
}

// What is called in place of a function that is not there: a status that is an error.
static inline dnnl_status_t woodshed_dnnl_missing(void) { return dnnl_unimplemented; }

static inline void *woodshed_dnnl_find(const char *name) {
  void *library = woodshed_dnnl_library();
  void *function = library == NULL ? NULL : dlsym(library, name);
  return function == NULL ? (void *)woodshed_dnnl_missing : function;
}

/// Opens oneDNN, if it is not open; returns whether it is installed.
static inline int woodshed_dnnl_is_there(void) {
  return woodshed_dnnl_find("dnnl_primitive_create") != (void *)woodshed_dnnl_missing;
}

// A function of oneDNN.
#define DNNL(name) (__extension__({ \
  static __typeof__(&dnnl_##name) function; \
  if (function == NULL) function = (__typeof__(&dnnl_##name))woodshed_dnnl_find("dnnl_" #name); \
  function; \
}))

// A memory descriptor that its creator frees: a struct in oneDNN 2, an opaque handle in oneDNN 3.
#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t woodshed_desc;
typedef const_dnnl_memory_desc_t woodshed_const_desc;
#else
typedef dnnl_memory_desc_t *woodshed_desc;
typedef const dnnl_memory_desc_t *woodshed_const_desc;
#endif

// The memory descriptors of an LSTM primitive's inputs and outputs.
typedef struct {
  woodshed_const_desc layer;           // T, N, C: the input sequence
  woodshed_const_desc state;           // L, D, N, C: h
  woodshed_const_desc cell;            // L, D, N, C: c
  woodshed_const_desc weights_layer;   // L, D, I, G, O
  woodshed_const_desc weights_iter;    // L, D, I, G, O
  woodshed_const_desc bias;            // L, D, G, O
  woodshed_const_desc output;          // T, N, C: the output sequence
} woodshed_lstm_descs;

// oneDNN 3 made descriptors opaque.
static inline dnnl_status_t woodshed_desc_create(
    woodshed_desc *desc, int count, const int64_t *dims, dnnl_data_type_t type,
    dnnl_format_tag_t tag) {
#if DNNL_VERSION_MAJOR >= 3
  return DNNL(memory_desc_create_with_tag)(desc, count, dims, type, tag);
#else
  *desc = (woodshed_desc)malloc(sizeof(dnnl_memory_desc_t));
  if (!*desc) return dnnl_out_of_memory;
  return DNNL(memory_desc_init_by_tag)(*desc, count, dims, type, tag);
#endif
}

// The same with strides, the distances between neighbours in each dimension.
static inline dnnl_status_t woodshed_desc_create_strided(
    woodshed_desc *desc, int count, const int64_t *dims, dnnl_data_type_t type,
    const int64_t *strides) {
#if DNNL_VERSION_MAJOR >= 3
  return DNNL(memory_desc_create_with_strides)(desc, count, dims, type, strides);
#else
  *desc = (woodshed_desc)malloc(sizeof(dnnl_memory_desc_t));
  if (!*desc) return dnnl_out_of_memory;
  return DNNL(memory_desc_init_by_strides)(*desc, count, dims, type, strides);
#endif
}

static inline void woodshed_desc_destroy(woodshed_desc desc) {
#if DNNL_VERSION_MAJOR >= 3
  if (desc) DNNL(memory_desc_destroy)(desc);
#else
  free(desc);
#endif
}

// Swift has no one conversion that fits both versions' types.
static inline woodshed_const_desc woodshed_desc_view(woodshed_desc desc) { return desc; }

// The descriptor that a primitive chose; it lives as long as the primitive's own.
static inline woodshed_const_desc woodshed_desc_of(
    const_dnnl_primitive_desc_t primitive, dnnl_query_t what) {
  return DNNL(primitive_desc_query_md)(primitive, what, 0);
}

// The layout of an LSTM primitive's input (0) or recurrent weights (1), and of their gradients. NULL if
// there is none.
static inline woodshed_const_desc woodshed_weights(
    const_dnnl_primitive_desc_t primitive, int which) {
  return DNNL(primitive_desc_query_md)(primitive, dnnl_query_weights_md, which);
}

static inline woodshed_const_desc woodshed_diff_weights(
    const_dnnl_primitive_desc_t primitive, int which) {
  return DNNL(primitive_desc_query_md)(primitive, dnnl_query_diff_weights_md, which);
}

// oneDNN 2 has an operation descriptor between the arguments and the primitive descriptor, oneDNN 3 has not.
static inline dnnl_status_t woodshed_lstm_forward_create(
    dnnl_primitive_desc_t *primitive, dnnl_engine_t engine, int training,
    const woodshed_lstm_descs *d, const_dnnl_primitive_attr_t attributes) {
  dnnl_prop_kind_t kind = training ? dnnl_forward_training : dnnl_forward_inference;
#if DNNL_VERSION_MAJOR >= 3
  return DNNL(lstm_forward_primitive_desc_create)(
      primitive, engine, kind, dnnl_unidirectional_left2right, d->layer, d->state, d->cell,
      d->weights_layer, d->weights_iter, NULL, NULL, d->bias, d->output, d->state, d->cell, 0,
      attributes);
#else
  dnnl_rnn_desc_t operation;
  dnnl_status_t status = DNNL(lstm_forward_desc_init)(
      &operation, kind, dnnl_unidirectional_left2right, d->layer, d->state, d->cell,
      d->weights_layer, d->weights_iter, d->bias, d->output, d->state, d->cell, 0);
  if (status != dnnl_success) return status;
  return DNNL(primitive_desc_create)(primitive, &operation, attributes, engine, NULL);
#endif
}

// `d` describes the forward pass, `g` its gradients.
static inline dnnl_status_t woodshed_lstm_backward_create(
    dnnl_primitive_desc_t *primitive, dnnl_engine_t engine, const woodshed_lstm_descs *d,
    const woodshed_lstm_descs *g, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR >= 3
  return DNNL(lstm_backward_primitive_desc_create)(
      primitive, engine, dnnl_backward, dnnl_unidirectional_left2right, d->layer, d->state,
      d->cell, d->weights_layer, d->weights_iter, NULL, NULL, d->bias, d->output, d->state,
      d->cell, g->layer, g->state, g->cell, g->weights_layer, g->weights_iter, NULL, NULL,
      g->bias, g->output, g->state, g->cell, 0, forward, attributes);
#else
  dnnl_rnn_desc_t operation;
  dnnl_status_t status = DNNL(lstm_backward_desc_init)(
      &operation, dnnl_backward, dnnl_unidirectional_left2right, d->layer, d->state, d->cell,
      d->weights_layer, d->weights_iter, d->bias, d->output, d->state, d->cell, g->layer,
      g->state, g->cell, g->weights_layer, g->weights_iter, g->bias, g->output, g->state,
      g->cell, 0);
  if (status != dnnl_success) return status;
  return DNNL(primitive_desc_create)(primitive, &operation, attributes, engine, forward);
#endif
}

// Y = X W + b, or Y += X W if b is NULL, as a convolution of an image of 1 x R pixels with kernels of one
// pixel: X is [1, I, 1, R], W [O, I, 1, 1], b [O] and Y [1, O, 1, R]. `attributes` are modified and must not
// be shared.
static inline dnnl_status_t woodshed_product_create(
    dnnl_primitive_desc_t *primitive, dnnl_engine_t engine, woodshed_const_desc x,
    woodshed_const_desc w, woodshed_const_desc b, woodshed_const_desc y,
    dnnl_primitive_attr_t attributes) {
  const dnnl_dims_t strides = {1, 1};
  const dnnl_dims_t zeros = {0, 0};
  dnnl_post_ops_t after;
  dnnl_status_t status = DNNL(post_ops_create)(&after);
  if (status != dnnl_success) return status;
#if DNNL_VERSION_MAJOR >= 3
  if (!b) status = DNNL(post_ops_append_sum)(after, 1, 0, dnnl_data_type_undef);
#else
  if (!b) status = DNNL(post_ops_append_sum)(after, 1);
#endif
  if (status == dnnl_success) status = DNNL(primitive_attr_set_post_ops)(attributes, after);
  DNNL(post_ops_destroy)(after);
  if (status != dnnl_success) return status;
#if DNNL_VERSION_MAJOR >= 3
  return DNNL(convolution_forward_primitive_desc_create)(
      primitive, engine, dnnl_forward_inference, dnnl_convolution_direct, x, w, b, y, strides,
      zeros, zeros, zeros, attributes);
#else
  dnnl_convolution_desc_t operation;
  status = DNNL(convolution_forward_desc_init)(
      &operation, dnnl_forward_inference, dnnl_convolution_direct, x, w, b, y, strides, zeros,
      zeros);
  if (status != dnnl_success) return status;
  return DNNL(primitive_desc_create)(primitive, &operation, attributes, engine, NULL);
#endif
}

// C = A B.
static inline dnnl_status_t woodshed_matmul_create(
    dnnl_primitive_desc_t *primitive, dnnl_engine_t engine, woodshed_const_desc a,
    woodshed_const_desc b, woodshed_const_desc c, const_dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR >= 3
  return DNNL(matmul_primitive_desc_create)(primitive, engine, a, b, NULL, c, attributes);
#else
  dnnl_matmul_desc_t operation;
  dnnl_status_t status = DNNL(matmul_desc_init)(&operation, a, b, NULL, c);
  if (status != dnnl_success) return status;
  return DNNL(primitive_desc_create)(primitive, &operation, attributes, engine, NULL);
#endif
}

// Sets the number of threads of OpenMP, which oneDNN runs on and whose header the Swift importer does not
// find; returns 0 when oneDNN was built without it.
static inline int woodshed_set_threads(int count) {
  static void (*set)(int);
  if (!set && woodshed_dnnl_library()) set = (void (*)(int))dlsym(woodshed_dnnl_library(), "omp_set_num_threads");
  if (!set) return 0;
  set(count);
  return 1;
}

// What Swift calls of oneDNN, each as `woodshed_` and its name.
#define WOODSHED_DEFINE(name, parameters, arguments) \
  static inline dnnl_status_t woodshed_dnnl_##name parameters { return DNNL(name) arguments; }
WOODSHED_DEFINE(engine_create, (dnnl_engine_t *engine, dnnl_engine_kind_t kind, size_t index),
                (engine, kind, index))
WOODSHED_DEFINE(engine_destroy, (dnnl_engine_t engine), (engine))
WOODSHED_DEFINE(stream_create, (dnnl_stream_t *stream, dnnl_engine_t engine, unsigned flags),
                (stream, engine, flags))
WOODSHED_DEFINE(stream_wait, (dnnl_stream_t stream), (stream))
WOODSHED_DEFINE(stream_destroy, (dnnl_stream_t stream), (stream))
WOODSHED_DEFINE(primitive_attr_create, (dnnl_primitive_attr_t *attributes), (attributes))
WOODSHED_DEFINE(primitive_attr_destroy, (dnnl_primitive_attr_t attributes), (attributes))
WOODSHED_DEFINE(primitive_attr_set_scratchpad_mode,
                (dnnl_primitive_attr_t attributes, dnnl_scratchpad_mode_t mode), (attributes, mode))
WOODSHED_DEFINE(primitive_desc_destroy, (dnnl_primitive_desc_t descriptor), (descriptor))
WOODSHED_DEFINE(primitive_create, (dnnl_primitive_t *primitive, const_dnnl_primitive_desc_t descriptor),
                (primitive, descriptor))
WOODSHED_DEFINE(primitive_execute,
                (const_dnnl_primitive_t primitive, dnnl_stream_t stream, int count,
                 const dnnl_exec_arg_t *arguments),
                (primitive, stream, count, arguments))
WOODSHED_DEFINE(primitive_destroy, (dnnl_primitive_t primitive), (primitive))
WOODSHED_DEFINE(reorder_primitive_desc_create,
                (dnnl_primitive_desc_t *descriptor, woodshed_const_desc from, dnnl_engine_t from_engine,
                 woodshed_const_desc to, dnnl_engine_t to_engine, const_dnnl_primitive_attr_t attributes),
                (descriptor, from, from_engine, to, to_engine, attributes))
WOODSHED_DEFINE(memory_create,
                (dnnl_memory_t *memory, woodshed_const_desc descriptor, dnnl_engine_t engine, void *data),
                (memory, descriptor, engine, data))
WOODSHED_DEFINE(memory_get_memory_desc,
                (const_dnnl_memory_t memory, woodshed_const_desc *descriptor), (memory, descriptor))
WOODSHED_DEFINE(memory_set_data_handle, (dnnl_memory_t memory, void *data), (memory, data))
WOODSHED_DEFINE(memory_destroy, (dnnl_memory_t memory), (memory))
WOODSHED_DEFINE(sgemm,
                (char transposed_a, char transposed_b, dnnl_dim_t m, dnnl_dim_t n, dnnl_dim_t k,
                 float alpha, const float *a, dnnl_dim_t stride_a, const float *b, dnnl_dim_t stride_b,
                 float beta, float *c, dnnl_dim_t stride_c),
                (transposed_a, transposed_b, m, n, k, alpha, a, stride_a, b, stride_b, beta, c, stride_c))
#undef WOODSHED_DEFINE

static inline int woodshed_dnnl_memory_desc_equal(woodshed_const_desc one, woodshed_const_desc other) {
  return DNNL(memory_desc_equal)(one, other);
}

static inline size_t woodshed_dnnl_memory_desc_get_size(woodshed_const_desc descriptor) {
  return DNNL(memory_desc_get_size)(descriptor);
}

// 0 where oneDNN is not installed.
static inline dnnl_cpu_isa_t woodshed_dnnl_get_effective_cpu_isa(void) {
  return woodshed_dnnl_is_there() ? DNNL(get_effective_cpu_isa)() : (dnnl_cpu_isa_t)0;
}

// NULL where oneDNN is not installed.
static inline const dnnl_version_t *woodshed_dnnl_version(void) {
  return woodshed_dnnl_is_there() ? DNNL(version)() : NULL;
}

#undef DNNL

#endif
