#include "LibFuzzer.h"

// Source: compiler-rt's sanitizer/allocator_interface.h.
int __sanitizer_install_malloc_and_free_hooks(
    void (*on_malloc)(const volatile void *, size_t), void (*on_free)(const volatile void *));
size_t __sanitizer_get_allocated_size(const volatile void *pointer);

static int64_t live, peak, start;

static void on_malloc(const volatile void *pointer, size_t size) {
  (void)pointer;
  int64_t now = __atomic_add_fetch(&live, (int64_t)size, __ATOMIC_RELAXED);
  if (now > peak) peak = now;
}

static void on_free(const volatile void *pointer) {
  if (pointer)
    __atomic_sub_fetch(
        &live, (int64_t)__sanitizer_get_allocated_size(pointer), __ATOMIC_RELAXED);
}

void woodshed_count_allocations(void) {
  __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
}

size_t woodshed_peak_since_last(void) {
  size_t most = (size_t)(peak - start);
  start = peak = live;
  return most;
}
