import MIDI

/// Channel 10, the drum channel of General MIDI. If all notes of a take are on it, they are taken as a
/// piano's, and stored on channel 1.
enum DrumChannel {
  /// The channel, counted from 0.
  static let number: UInt8 = 9

  /// Whether `message` strikes a key on it.
  static func isStruck(by message: MIDIMessage) -> Bool {
    guard case .channel(let status, _, _) = message else { return false }
    return message.isNoteOn && status & 0x0F == number
  }

  /// `events` moved from the drum channel to channel 1, if all their notes are on the drum channel; else nil.
  static func asPiano(_ events: [MIDIEvent]) -> [MIDIEvent]? {
    var hasNotes = false
    for event in events {
      guard event.message.isNoteOn, case .channel(let status, _, _) = event.message
      else { continue }
      guard status & 0x0F == number else { return nil }
      hasNotes = true
    }
    return hasNotes ? moved(events) : nil
  }

  /// `events` with those on the drum channel moved to channel 1.
  static func moved(_ events: [MIDIEvent]) -> [MIDIEvent] {
    events.map { event in
      guard case .channel(let status, let data1, let data2) = event.message,
        status & 0x0F == number
      else { return event }
      return MIDIEvent(
        nanoseconds: event.nanoseconds,
        message: .channel(status: status & 0xF0, data1: data1, data2: data2))
    }
  }
}
