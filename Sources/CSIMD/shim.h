#ifndef WOODSHED_CSIMD_SHIM_H
#define WOODSHED_CSIMD_SHIM_H

// What Swift cannot express: functions compiled for several instruction sets, chosen at run time. Swift's own
// SIMD types are compiled for the baseline instruction set.

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <immintrin.h>

// A pause instruction for loops that spin on another thread.
static inline void woodshed_pause(void) { __builtin_ia32_pause(); }

#else

static inline void woodshed_pause(void) {}

#endif

// How many processors this process may run on; 0 when the system call fails.
static inline int woodshed_processors(void) {
  unsigned long bits[128];
  const long bytes = syscall(SYS_sched_getaffinity, 0, sizeof bits, bits);
  int count = 0;
  for (long k = 0; k < bytes / (long)sizeof *bits; k++) count += __builtin_popcountl(bits[k]);
  return count;
}

#endif
