#ifndef WOODSHED_CFLUIDSYNTH_SHIM_H
#define WOODSHED_CFLUIDSYNTH_SHIM_H

// 2.0 or newer: `fluid_file_set_encoding_quality` and settings that return a status.
#include <fluidsynth.h>

#endif
