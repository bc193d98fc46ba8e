internal import MIDI

/// The messages that silence an instrument, whatever its state.
enum Silence {
  /// For every channel in `events`: pedals up, all notes off, all sound off; and a note-off for every key
  /// struck, for instruments that ignore the others.
  ///
  /// Source: MIDI 1.0 Detailed Specification 4.2, channel mode messages 120 and 123.
  static func messages(after events: [MIDIEvent]) -> [MIDIMessage] {
    var keys: [UInt8: Set<UInt8>] = [:]
    for event in events {
      guard case .channel(let status, let data1, _) = event.message else { continue }
      keys[status & 0x0F, default: []].formUnion(status & 0xF0 == 0x90 ? [data1] : [])
    }
    return keys.sorted { $0.key < $1.key }.flatMap { channel, pitches in
      [64, 66, 67, 123, 120].map { controller in
        MIDIMessage.control(channel: channel, controller: controller, value: 0)
      } + pitches.sorted().map { .noteOff(channel: channel, pitch: $0) }
    }
  }
}
