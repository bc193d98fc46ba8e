#ifndef WOODSHED_CFLUIDSYNTH_SHIM_H
#define WOODSHED_CFLUIDSYNTH_SHIM_H

// 2.0 or newer: `fluid_file_set_encoding_quality` and settings that return a status.
#include <dlfcn.h>
#include <fluidsynth.h>
#include <stddef.h>

// FluidSynth reads SoundFonts through GLib, which prints warnings about a broken one to stderr
// (GLib's g_log_default_handler). The function is looked up by name, so that GLib's headers are not needed;
// a FluidSynth that is built without GLib does not have it.

typedef void (*woodshed_glib_log)(const char *domain, int level, const char *message, void *data);

static void woodshed_glib_is_quiet(const char *domain, int level, const char *message, void *data) {
  (void)domain, (void)level, (void)message, (void)data;
}

/// Silences GLib's log; broken SoundFonts are reported by FluidSynth's errors, or noticed as silence.
static inline void woodshed_hush_glib(void) {
  void *program = dlopen(NULL, RTLD_LAZY);
  if (program == NULL) return;
  woodshed_glib_log (*set)(woodshed_glib_log, void *) =
      (woodshed_glib_log (*)(woodshed_glib_log, void *))dlsym(program, "g_log_set_default_handler");
  if (set != NULL) set(woodshed_glib_is_quiet, NULL);
  dlclose(program);
}

#endif
