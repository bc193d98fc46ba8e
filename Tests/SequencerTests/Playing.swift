import MIDI

/// Music to play through the sequencer.
enum Playing {
  /// One message of every kind that is kept, 10 ms apart.
  static let everyKind: [MIDIEvent] = [
    .channel(status: 0x90, data1: 60, data2: 1),  // note-on, softest
    .channel(status: 0x9F, data1: 127, data2: 127),  // last key of the last channel
    .channel(status: 0xA0, data1: 60, data2: 33),  // key pressure
    .channel(status: 0xB0, data1: 64, data2: 127),  // sustain pedal, down
    .channel(status: 0xB0, data1: 64, data2: 45),  // half
    .channel(status: 0xB0, data1: 0, data2: 3),  // bank
    .channel(status: 0xB0, data1: 32, data2: 4),  // bank, fine
    .channel(status: 0xB0, data1: 101, data2: 0),  // registered parameter 0,
    .channel(status: 0xB0, data1: 100, data2: 0),
    .channel(status: 0xB0, data1: 6, data2: 12),  // coarse
    .channel(status: 0xB0, data1: 38, data2: 5),  // and fine
    .channel(status: 0xB0, data1: 99, data2: 1),  // non-registered parameter
    .channel(status: 0xB0, data1: 98, data2: 2),
    .channel(status: 0xC5, data1: 11, data2: 0),  // program
    .channel(status: 0xD0, data1: 99, data2: 0),  // channel pressure
    .channel(status: 0xE0, data1: 0, data2: 0),  // bend, lowest
    .channel(status: 0xE0, data1: 0, data2: 64),  // middle
    .channel(status: 0xE0, data1: 127, data2: 127),  // highest
    .system([0xF0, 0x7E, 0x7F, 0x06, 0x01, 0xF7]),  // who are you?
    .system([0xF0, 0xF7]),  // the shortest
    .channel(status: 0x90, data1: 60, data2: 0),  // note-on at velocity 0 is not a note-off
    .channel(status: 0x8F, data1: 127, data2: 17),  // note-off with its velocity
    .channel(status: 0xB0, data1: 64, data2: 0),  // pedal up
  ].enumerated().map { index, message in
    MIDIEvent(nanoseconds: Int64(index) * 10_000_000, message: message)
  }

  /// System messages besides system exclusive, which files do not hold.
  static let systemKinds: [MIDIEvent] = [
    [0xF2, 0x12, 0x34], [0xF3, 0x07], [0xF6], [0xFA], [0xFB], [0xFC], [0xFF],
  ].enumerated().map { index, bytes in
    MIDIEvent(nanoseconds: Int64(index) * 10_000_000, message: .system(bytes))
  }

  /// System exclusive of `count` bytes, each different from its neighbours.
  static func exclusive(_ count: Int) -> MIDIMessage {
    .system([0xF0] + (0..<(count - 2)).map { UInt8($0 * 5 % 128) } + [0xF7])
  }

  /// `count` note-ons and note-offs in turn, `distance` nanoseconds apart, no two neighbours alike.
  static func notes(_ count: Int, distance: Int64) -> [MIDIEvent] {
    (0..<count).map { index in
      let pitch = UInt8(21 + index / 2 % 88)
      let velocity = UInt8(1 + index % 127)
      return MIDIEvent(
        nanoseconds: Int64(index) * distance,
        message: index % 2 == 0
          ? .noteOn(pitch: pitch, velocity: velocity) : .noteOff(pitch: pitch, velocity: velocity))
    }
  }
}
