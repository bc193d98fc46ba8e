#ifndef WOODSHED_CSNDFILE_SHIM_H
#define WOODSHED_CSNDFILE_SHIM_H

#include <dlfcn.h>
#include <sndfile.h>

// libsndfile writes MP3 from 1.1 on, if it is built with LAME; the headers of older ones lack these names.
enum { woodshed_mp3 = 0x230000 | 0x0082, woodshed_set_bitrate_mode = 0x1305, woodshed_bitrate_variable = 2 };

// It is opened when an MP3 file is first asked for, since few commands write one.

static inline void *woodshed_sf_library(void) {
  static void *library;
  if (library == NULL) library = dlopen("libsndfile.so.1", RTLD_NOW);
  return library;
}

#define WOODSHED_SF_FUNCTIONS(FUNCTION) \
  FUNCTION(sf_open, SNDFILE *, (const char *path, int mode, SF_INFO *info), (path, mode, info)) \
  FUNCTION(sf_close, int, (SNDFILE *file), (file)) \
  FUNCTION(sf_command, int, (SNDFILE *file, int command, void *data, int size), \
           (file, command, data, size)) \
  FUNCTION(sf_format_check, int, (const SF_INFO *info), (info)) \
  FUNCTION(sf_strerror, const char *, (SNDFILE *file), (file)) \
  FUNCTION(sf_writef_float, sf_count_t, (SNDFILE *file, const float *frames, sf_count_t count), \
           (file, frames, count))

// Each is called `woodshed_` and its name. They may only be called once `woodshed_sf_is_there` was true.
#define WOODSHED_DEFINE(name, result, parameters, arguments) \
  static inline result woodshed_##name parameters { \
    static __typeof__(&name) found; \
    if (found == NULL) found = (__typeof__(&name))dlsym(woodshed_sf_library(), #name); \
    return found arguments; \
  }
WOODSHED_SF_FUNCTIONS(WOODSHED_DEFINE)
#undef WOODSHED_DEFINE

/// Opens libsndfile, if it is not open; returns whether it is installed.
static inline int woodshed_sf_is_there(void) {
  void *library = woodshed_sf_library();
  if (library == NULL) return 0;
#define WOODSHED_FIND(name, ...) if (dlsym(library, #name) == NULL) return 0;
  WOODSHED_SF_FUNCTIONS(WOODSHED_FIND)
#undef WOODSHED_FIND
  return 1;
}

/// Stereo MP3 at `rate` frames per second, as libsndfile describes it.
static inline SF_INFO woodshed_mp3_info(int rate) {
  SF_INFO info = {0};
  info.samplerate = rate;
  info.channels = 2;
  info.format = woodshed_mp3;
  return info;
}

/// Lets an MP3 file have a variable bit rate; `level` is 0 for the best sound to 1 for the smallest file.
/// `sf_command` is variadic in all but name: what it points to depends on the command.
static inline void woodshed_set_mp3_level(SNDFILE *file, double level) {
  int mode = woodshed_bitrate_variable;
  woodshed_sf_command(file, woodshed_set_bitrate_mode, &mode, sizeof mode);
  woodshed_sf_command(file, SFC_SET_COMPRESSION_LEVEL, &level, sizeof level);
}

#endif
