#ifndef WOODSHED_LIBFUZZER_H
#define WOODSHED_LIBFUZZER_H

#include <stddef.h>
#include <stdint.h>

// libFuzzer as a library (llvm.org/docs/LibFuzzer.html, "Using libFuzzer as a library"): the
// program's own main chooses what is fuzzed.
int LLVMFuzzerRunDriver(
    int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));

// Counts from now on; before the first run.
void woodshed_count_allocations(void);

// The most bytes that were allocated at one time since the last call, beyond what was allocated then.
size_t woodshed_peak_since_last(void);

#endif
