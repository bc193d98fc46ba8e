#ifndef WOODSHED_CSNDFILE_SHIM_H
#define WOODSHED_CSNDFILE_SHIM_H

#include <sndfile.h>

// libsndfile writes MP3 from 1.1 on, if it is built with LAME; the headers of older ones lack these names.
enum { woodshed_mp3 = 0x230000 | 0x0082, woodshed_set_bitrate_mode = 0x1305, woodshed_bitrate_variable = 2 };

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
  sf_command(file, woodshed_set_bitrate_mode, &mode, sizeof mode);
  sf_command(file, SFC_SET_COMPRESSION_LEVEL, &level, sizeof level);
}

#endif
