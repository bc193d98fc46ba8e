#ifndef WOODSHED_CFLUIDSYNTH_SHIM_H
#define WOODSHED_CFLUIDSYNTH_SHIM_H

// 2.0 or newer: `fluid_file_set_encoding_quality` and settings that return a status.
#include <dlfcn.h>
#include <fluidsynth.h>
#include <stddef.h>

// FluidSynth brings sixty other libraries with it, which take longer to load than most commands take. So it is
// opened when sound is first needed, and each function looks its own up once.

static inline void *woodshed_fluid_library(void) {
  static void *library;
  if (library == NULL) library = dlopen("libfluidsynth.so.3", RTLD_NOW);
  if (library == NULL) library = dlopen("libfluidsynth.so.2", RTLD_NOW);
  return library;
}

// A name, its type of result, its parameters with and without their types.
#define WOODSHED_FLUID_FUNCTIONS(FUNCTION) \
  FUNCTION(new_fluid_settings, fluid_settings_t *, (void), ()) \
  FUNCTION(new_fluid_synth, fluid_synth_t *, (fluid_settings_t *settings), (settings)) \
  FUNCTION(new_fluid_audio_driver2, fluid_audio_driver_t *, \
           (fluid_settings_t *settings, fluid_audio_func_t function, void *data), \
           (settings, function, data)) \
  FUNCTION(new_fluid_file_renderer, fluid_file_renderer_t *, (fluid_synth_t *synth), (synth)) \
  FUNCTION(fluid_file_renderer_process_block, int, (fluid_file_renderer_t *renderer), (renderer)) \
  FUNCTION(fluid_file_set_encoding_quality, int, (fluid_file_renderer_t *renderer, double quality), \
           (renderer, quality)) \
  FUNCTION(fluid_is_soundfont, int, (const char *file), (file)) \
  FUNCTION(fluid_set_log_function, fluid_log_function_t, \
           (int level, fluid_log_function_t function, void *data), (level, function, data)) \
  FUNCTION(fluid_settings_setint, int, (fluid_settings_t *settings, const char *name, int value), \
           (settings, name, value)) \
  FUNCTION(fluid_settings_setnum, int, (fluid_settings_t *settings, const char *name, double value), \
           (settings, name, value)) \
  FUNCTION(fluid_settings_setstr, int, \
           (fluid_settings_t *settings, const char *name, const char *value), (settings, name, value)) \
  FUNCTION(fluid_synth_sfload, int, (fluid_synth_t *synth, const char *file, int resets), \
           (synth, file, resets)) \
  FUNCTION(fluid_synth_noteon, int, (fluid_synth_t *synth, int channel, int key, int velocity), \
           (synth, channel, key, velocity)) \
  FUNCTION(fluid_synth_noteoff, int, (fluid_synth_t *synth, int channel, int key), \
           (synth, channel, key)) \
  FUNCTION(fluid_synth_all_notes_off, int, (fluid_synth_t *synth, int channel), (synth, channel)) \
  FUNCTION(fluid_synth_cc, int, (fluid_synth_t *synth, int channel, int number, int value), \
           (synth, channel, number, value)) \
  FUNCTION(fluid_synth_program_change, int, (fluid_synth_t *synth, int channel, int program), \
           (synth, channel, program)) \
  FUNCTION(fluid_synth_channel_pressure, int, (fluid_synth_t *synth, int channel, int value), \
           (synth, channel, value)) \
  FUNCTION(fluid_synth_key_pressure, int, (fluid_synth_t *synth, int channel, int key, int value), \
           (synth, channel, key, value)) \
  FUNCTION(fluid_synth_pitch_bend, int, (fluid_synth_t *synth, int channel, int value), \
           (synth, channel, value)) \
  FUNCTION(fluid_synth_sysex, int, \
           (fluid_synth_t *synth, const char *data, int length, char *answer, int *answer_length, \
            int *handled, int dry_run), \
           (synth, data, length, answer, answer_length, handled, dry_run)) \
  FUNCTION(fluid_synth_get_active_voice_count, int, (fluid_synth_t *synth), (synth)) \
  FUNCTION(fluid_synth_write_float, int, \
           (fluid_synth_t *synth, int frames, void *left, int left_offset, int left_stride, void *right, \
            int right_offset, int right_stride), \
           (synth, frames, left, left_offset, left_stride, right, right_offset, right_stride)) \
  FUNCTION(fluid_version_str, const char *, (void), ())

#define WOODSHED_FLUID_PROCEDURES(PROCEDURE) \
  PROCEDURE(delete_fluid_settings, fluid_settings_t *) \
  PROCEDURE(delete_fluid_synth, fluid_synth_t *) \
  PROCEDURE(delete_fluid_audio_driver, fluid_audio_driver_t *) \
  PROCEDURE(delete_fluid_file_renderer, fluid_file_renderer_t *)

// Each is called `woodshed_` and its name. They may only be called once `woodshed_fluid_is_there` was true.
#define WOODSHED_DEFINE(name, result, parameters, arguments) \
  static inline result woodshed_##name parameters { \
    static __typeof__(&name) found; \
    if (found == NULL) found = (__typeof__(&name))dlsym(woodshed_fluid_library(), #name); \
    return found arguments; \
  }
WOODSHED_FLUID_FUNCTIONS(WOODSHED_DEFINE)
#undef WOODSHED_DEFINE
#define WOODSHED_DEFINE(name, type) \
  static inline void woodshed_##name(type handle) { \
    static __typeof__(&name) found; \
    if (found == NULL) found = (__typeof__(&name))dlsym(woodshed_fluid_library(), #name); \
    found(handle); \
  }
WOODSHED_FLUID_PROCEDURES(WOODSHED_DEFINE)
#undef WOODSHED_DEFINE

/// Opens FluidSynth, if it is not open; returns whether it is installed with all that is needed of it.
static inline int woodshed_fluid_is_there(void) {
  void *library = woodshed_fluid_library();
  if (library == NULL) return 0;
#define WOODSHED_FIND(name, ...) if (dlsym(library, #name) == NULL) return 0;
  WOODSHED_FLUID_FUNCTIONS(WOODSHED_FIND)
  WOODSHED_FLUID_PROCEDURES(WOODSHED_FIND)
#undef WOODSHED_FIND
  return 1;
}

// FluidSynth reads SoundFonts through GLib, which prints warnings about a broken one to stderr
// (GLib's g_log_default_handler). The function is looked up by name, so that GLib's headers are not needed;
// a FluidSynth that is built without GLib does not have it.

typedef void (*woodshed_glib_log)(const char *domain, int level, const char *message, void *data);

static void woodshed_glib_is_quiet(const char *domain, int level, const char *message, void *data) {
  (void)domain, (void)level, (void)message, (void)data;
}

/// Silences GLib's log; broken SoundFonts are reported by FluidSynth's errors, or noticed as silence.
static inline void woodshed_hush_glib(void) {
  woodshed_glib_log (*set)(woodshed_glib_log, void *) = (woodshed_glib_log (*)(woodshed_glib_log, void *))
      dlsym(woodshed_fluid_library(), "g_log_set_default_handler");
  if (set != NULL) set(woodshed_glib_is_quiet, NULL);
}

#endif
