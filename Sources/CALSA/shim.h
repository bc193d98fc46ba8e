#ifndef WOODSHED_CALSA_SHIM_H
#define WOODSHED_CALSA_SHIM_H

#include <alsa/asoundlib.h>

// A variadic function, which Swift cannot write.
static void woodshed_alsa_say_nothing(const char *file, int line, const char *function, int code,
                                      const char *format, ...) {
  (void)file, (void)line, (void)function, (void)code, (void)format;
}

// Keeps alsa-lib from printing errors to stderr; its return codes report the same.
static inline void woodshed_alsa_be_quiet(void) {
  snd_lib_error_set_handler(woodshed_alsa_say_nothing);
}

// SND_SEQ_PORT_CAP_UMP_ENDPOINT, which alsa-lib has since 1.2.10 and Linux since 6.5
// (include/uapi/sound/asequencer.h): the port of a whole MIDI 2.0 endpoint.
static const int woodshed_alsa_endpoint_port = 1 << 9;

// The bytes of a variable-length event: fields of a packed structure, which Swift reads by value only.
static inline const unsigned char *woodshed_alsa_event_bytes(const snd_seq_event_t *event) {
  return (const unsigned char *)event->data.ext.ptr;
}

static inline unsigned int woodshed_alsa_event_length(const snd_seq_event_t *event) {
  return event->data.ext.len;
}

// A macro in alsa-lib.
static inline void woodshed_alsa_set_bytes(snd_seq_event_t *event, void *bytes, unsigned int length) {
  snd_seq_ev_set_variable(event, length, bytes);
}

// Macros in alsa-lib, which only put a control event into the output buffer.
static inline int woodshed_alsa_start_queue(snd_seq_t *sequencer, int queue) {
  return snd_seq_start_queue(sequencer, queue, NULL);
}

static inline int woodshed_alsa_stop_queue(snd_seq_t *sequencer, int queue) {
  return snd_seq_stop_queue(sequencer, queue, NULL);
}

static inline int woodshed_alsa_continue_queue(snd_seq_t *sequencer, int queue) {
  return snd_seq_continue_queue(sequencer, queue, NULL);
}

#endif
