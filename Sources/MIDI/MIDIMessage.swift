/// One complete MIDI message, without running status.
///
/// Source: MIDI 1.0 Detailed Specification 4.2, table I.
public enum MIDIMessage: Hashable, Sendable {
  /// A channel voice or mode message: `status` is 0x80…0xEF; `data2` is 0 for the two-byte
  /// kinds, program change (0xC0) and channel pressure (0xD0).
  case channel(status: UInt8, data1: UInt8, data2: UInt8)

  /// A system message with all its bytes, status included: system exclusive from 0xF0 to 0xF7,
  /// or system common.
  case system([UInt8])
}

extension MIDIMessage {
  /// A note-on; `channel` is 0…15, `pitch` 0…127, `velocity` 1…127.
  public static func noteOn(channel: UInt8 = 0, pitch: UInt8, velocity: UInt8) -> Self {
    .channel(status: 0x90 | channel, data1: pitch, data2: velocity)
  }

  /// A note-off; `channel` is 0…15, `pitch` 0…127, release `velocity` 0…127 (64 when unknown).
  public static func noteOff(channel: UInt8 = 0, pitch: UInt8, velocity: UInt8 = 64) -> Self {
    .channel(status: 0x80 | channel, data1: pitch, data2: velocity)
  }

  /// A controller change; `channel` is 0…15, `controller` and `value` 0…127.
  public static func control(channel: UInt8 = 0, controller: UInt8, value: UInt8) -> Self {
    .channel(status: 0xB0 | channel, data1: controller, data2: value)
  }

  /// Whether it is a note-on with a velocity above 0.
  public var isNoteOn: Bool {
    guard case .channel(let status, _, 1...) = self else { return false }
    return status & 0xF0 == 0x90
  }

  /// Whether it is a note-off, or a note-on with velocity 0, which means the same.
  public var isNoteOff: Bool {
    guard case .channel(let status, _, let velocity) = self else { return false }
    return status & 0xF0 == 0x80 || status & 0xF0 == 0x90 && velocity == 0
  }

  /// Whether it ends all notes of its channel: all sound off (120), all notes off (123), and omni off
  /// and on, mono and poly (124…127), which imply it.
  ///
  /// Source: MIDI 1.0 Detailed Specification 4.2, channel mode messages.
  public var endsAllNotes: Bool {
    guard case .channel(let status, let number, _) = self, status & 0xF0 == 0xB0 else {
      return false
    }
    return number == 120 || number >= 123
  }

  /// The controller number of the sustain pedal.
  public static let sustainController: UInt8 = 64

  /// The bytes on the wire, 2 or 3 for a channel message.
  public var bytes: [UInt8] {
    switch self {
    case .channel(let status, let data1, let data2):
      switch status & 0xF0 {
      case 0xC0, 0xD0: [status, data1]
      default: [status, data1, data2]
      }
    case .system(let bytes): bytes
    }
  }
}

/// One MIDI message with its time.
public struct MIDIEvent: Hashable, Sendable {
  /// Nanoseconds since the take began.
  public var nanoseconds: Int64

  /// The message.
  public var message: MIDIMessage

  /// An event at `nanoseconds` since the take began.
  public init(nanoseconds: Int64, message: MIDIMessage) {
    self.nanoseconds = nanoseconds
    self.message = message
  }
}
