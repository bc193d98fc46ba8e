internal import CALSA
internal import MIDI

/// Converts MIDI messages to sequencer events.
///
/// Source: `sound/core/seq/seq_midi_event.c` of Linux for the type of each status byte.
enum EventEncoder {
  /// The longest chunk of system exclusive, in bytes: the size of a hardware port's buffer.
  static let longestChunk = 4096

  /// The events that carry `message`: one, or several for long system exclusive.
  static func encode(_ message: MIDIMessage) -> [SequencerEvent] {
    switch message {
    case .channel(let status, let data1, let data2):
      [channelEvent(status, data1, data2)]
    case .system(let bytes):
      systemEvent(bytes).map { [$0] } ?? rawEvents(bytes)
    }
  }

  private static func channelEvent(_ status: UInt8, _ data1: UInt8, _ data2: UInt8)
    -> SequencerEvent
  {
    let channel = status & 0x0F
    func note(_ type: snd_seq_event_type) -> SequencerEvent {
      SequencerEvent(type, .note(channel: channel, pitch: data1, velocity: data2))
    }
    func control(_ type: snd_seq_event_type, _ value: Int32, parameter: UInt8 = 0)
      -> SequencerEvent
    {
      SequencerEvent(
        type, .control(channel: channel, parameter: UInt32(parameter), value: value))
    }
    switch status & 0xF0 {
    case 0x80: return note(SND_SEQ_EVENT_NOTEOFF)
    case 0x90: return note(SND_SEQ_EVENT_NOTEON)
    case 0xA0: return note(SND_SEQ_EVENT_KEYPRESS)
    case 0xB0: return control(SND_SEQ_EVENT_CONTROLLER, Int32(data2), parameter: data1)
    case 0xC0: return control(SND_SEQ_EVENT_PGMCHANGE, Int32(data1))
    case 0xD0: return control(SND_SEQ_EVENT_CHANPRESS, Int32(data1))
    default: return control(SND_SEQ_EVENT_PITCHBEND, fourteenBits(data1, data2) - 8192)
    }
  }

  /// A system common or real-time message; nil for a message that is sent as raw bytes.
  private static func systemEvent(_ bytes: [UInt8]) -> SequencerEvent? {
    switch (bytes.first, bytes.count) {
    case (0xF1, 2): SequencerEvent(SND_SEQ_EVENT_QFRAME, .control(value: Int32(bytes[1])))
    case (0xF2, 3):
      SequencerEvent(SND_SEQ_EVENT_SONGPOS, .control(value: fourteenBits(bytes[1], bytes[2])))
    case (0xF3, 2): SequencerEvent(SND_SEQ_EVENT_SONGSEL, .control(value: Int32(bytes[1])))
    case (0xF6, 1): SequencerEvent(SND_SEQ_EVENT_TUNE_REQUEST)
    case (0xF8, 1): SequencerEvent(SND_SEQ_EVENT_CLOCK)
    case (0xFA, 1): SequencerEvent(SND_SEQ_EVENT_START)
    case (0xFB, 1): SequencerEvent(SND_SEQ_EVENT_CONTINUE)
    case (0xFC, 1): SequencerEvent(SND_SEQ_EVENT_STOP)
    case (0xFE, 1): SequencerEvent(SND_SEQ_EVENT_SENSING)
    case (0xFF, 1): SequencerEvent(SND_SEQ_EVENT_RESET)
    default: nil
    }
  }

  private static func rawEvents(_ bytes: [UInt8]) -> [SequencerEvent] {
    stride(from: 0, to: bytes.count, by: longestChunk).map { start in
      let chunk = bytes[start..<min(start + longestChunk, bytes.count)]
      return SequencerEvent(SND_SEQ_EVENT_SYSEX, .bytes(Array(chunk)))
    }
  }

  private static func fourteenBits(_ low: UInt8, _ high: UInt8) -> Int32 {
    Int32(high) << 7 | Int32(low)
  }
}
