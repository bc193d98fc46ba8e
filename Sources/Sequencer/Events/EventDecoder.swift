internal import CALSA
internal import MIDI

/// Converts sequencer events to MIDI messages, for one client.
///
/// System exclusive arrives in chunks (256 bytes each from hardware), which are joined for each source.
/// Messages that only mark time are dropped: clock, active sensing, and the quarter frames of time code.
///
/// Source: `sound/core/seq/seq_midi_event.c` of Linux for the bytes of each type.
struct EventDecoder {
  /// Incomplete system exclusive messages, by source.
  private var unfinished: [PortAddress: [UInt8]] = [:]

  /// The messages of `event`, in the order of their bytes: usually one; none for clock, time
  /// code, active sensing, a chunk that does not end its message, or an event that is not MIDI.
  mutating func decode(_ event: SequencerEvent) -> [MIDIMessage] {
    switch event.content {
    case .note(let channel, let pitch, let velocity, let release):
      Self.note(event.type, channel & 0x0F, pitch & 0x7F, velocity & 0x7F, release & 0x7F)
    case .control(let channel, let parameter, let value):
      Self.control(event.type, channel & 0x0F, parameter, value)
    case .bytes(let bytes):
      event.type == SND_SEQ_EVENT_SYSEX ? exclusive(bytes, from: event.source) : []
    case .nothing, .port, .connection: []
    }
  }

  /// Discards an incomplete message of `source`, which has disappeared.
  mutating func forget(_ source: PortAddress) {
    unfinished[source] = nil
  }

  private static func note(
    _ type: snd_seq_event_type, _ channel: UInt8, _ pitch: UInt8, _ velocity: UInt8,
    _ release: UInt8
  ) -> [MIDIMessage] {
    let on = MIDIMessage.noteOn(channel: channel, pitch: pitch, velocity: velocity)
    switch type {
    case SND_SEQ_EVENT_NOTEON: return [on]
    case SND_SEQ_EVENT_NOTEOFF:
      return [.noteOff(channel: channel, pitch: pitch, velocity: velocity)]
    case SND_SEQ_EVENT_KEYPRESS:
      return [.channel(status: 0xA0 | channel, data1: pitch, data2: velocity)]
    // A note with a duration, which the kernel did not split; its end is sent at once.
    default: return [on, .noteOff(channel: channel, pitch: pitch, velocity: release)]
    }
  }

  private static func control(
    _ type: snd_seq_event_type, _ channel: UInt8, _ parameter: UInt32, _ value: Int32
  ) -> [MIDIMessage] {
    let low = UInt8(truncatingIfNeeded: value) & 0x7F
    let high = UInt8(truncatingIfNeeded: value >> 7) & 0x7F
    func controller(_ number: UInt32, _ value: UInt8) -> MIDIMessage {
      let number = UInt8(truncatingIfNeeded: number) & 0x7F
      return .control(channel: channel, controller: number, value: value)
    }
    /// A (non-)registered parameter as its four controllers.
    func parameterChange(coarse: UInt32, fine: UInt32) -> [MIDIMessage] {
      [
        controller(coarse, UInt8(truncatingIfNeeded: parameter >> 7) & 0x7F),
        controller(fine, UInt8(truncatingIfNeeded: parameter) & 0x7F),
        controller(6, high), controller(38, low),
      ]
    }
    switch type {
    case SND_SEQ_EVENT_CONTROLLER: return [controller(parameter, low)]
    case SND_SEQ_EVENT_PGMCHANGE: return [.channel(status: 0xC0 | channel, data1: low, data2: 0)]
    case SND_SEQ_EVENT_CHANPRESS: return [.channel(status: 0xD0 | channel, data1: low, data2: 0)]
    case SND_SEQ_EVENT_PITCHBEND:
      let bend = value + 8192
      return [
        .channel(
          status: 0xE0 | channel, data1: UInt8(truncatingIfNeeded: bend) & 0x7F,
          data2: UInt8(truncatingIfNeeded: bend >> 7) & 0x7F)
      ]
    // A 14-bit controller is two: 0…31 coarse, 32…63 fine.
    case SND_SEQ_EVENT_CONTROL14 where parameter < 32:
      return [controller(parameter, high), controller(parameter + 32, low)]
    case SND_SEQ_EVENT_CONTROL14: return [controller(parameter, low)]
    case SND_SEQ_EVENT_NONREGPARAM: return parameterChange(coarse: 99, fine: 98)
    case SND_SEQ_EVENT_REGPARAM: return parameterChange(coarse: 101, fine: 100)
    case SND_SEQ_EVENT_SONGPOS: return [.system([0xF2, low, high])]
    case SND_SEQ_EVENT_SONGSEL: return [.system([0xF3, low])]
    case SND_SEQ_EVENT_TUNE_REQUEST: return [.system([0xF6])]
    case SND_SEQ_EVENT_START: return [.system([0xFA])]
    case SND_SEQ_EVENT_CONTINUE: return [.system([0xFB])]
    case SND_SEQ_EVENT_STOP: return [.system([0xFC])]
    case SND_SEQ_EVENT_RESET: return [.system([0xFF])]
    default: return []
    }
  }

  /// Adds a chunk of system exclusive. An incomplete message is terminated when another begins, so that its
  /// bytes are kept.
  private mutating func exclusive(_ chunk: [UInt8], from source: PortAddress) -> [MIDIMessage] {
    guard let first = chunk.first else { return [] }
    var whole: [MIDIMessage] = []
    var bytes = unfinished.removeValue(forKey: source) ?? []
    if first == 0xF0, !bytes.isEmpty {
      whole.append(.system(bytes + [0xF7]))
      bytes = []
    }
    // A chunk without a beginning: woodshed connected in the middle of a message.
    guard first == 0xF0 || !bytes.isEmpty else { return whole }
    bytes += chunk
    if bytes.last == 0xF7 {
      whole.append(.system(bytes))
    } else {
      unfinished[source] = bytes
    }
    return whole
  }
}
