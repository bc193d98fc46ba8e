import MIDI
import Performance

/// Standard MIDI Files: what `import`, `base train` and `base grams` read.
///
/// Holds that every event comes out of a byte of the file, that times rise, that notes are notes,
/// and that what is written of a file reads back as the same messages, no more than half a tick
/// (25 µs) away, and from then on as the same bytes.
enum MIDIFileTarget: FuzzTarget {
  static func run(_ bytes: [UInt8]) {
    let file = bounding(bytes, perByte: 200) { try? StandardMIDIFile(bytes: bytes) }
    guard let file else { return }
    _ = file.warnings.map(\.description)
    precondition(file.warnings.count <= bytes.count)
    // A time of eleven days costs a million shifts whatever the size, 2 bytes each.
    for take in file.takes {
      precondition(!take.events.isEmpty && take.events.count <= bytes.count)
      check(take.events)
      reread(take.events)
    }
  }

  private static func check(_ events: [MIDIEvent]) {
    precondition(
      zip(events, events.dropFirst()).allSatisfy { $0.nanoseconds <= $1.nanoseconds })
    precondition(0...1_000_005_000_000_000 ~= events[events.count - 1].nanoseconds)
    let reading = NoteReading(of: events)
    let sounding = reading.soundingNotes
    precondition(sounding.count == reading.notes.count && sounding.count <= events.count)
    for (note, sound) in zip(reading.notes, sounding) {
      precondition(note.pitch < 128 && 1...127 ~= note.velocity)
      precondition(0 <= note.start && note.start <= note.end && note.end <= reading.end)
      precondition(sound.start == note.start && note.end <= sound.end)
    }
    precondition(0...max(0, reading.end) ~= reading.pedalNanoseconds)
    _ = reading.remarks
    _ = KeyboardState(after: events).release
  }

  private static func reread(_ events: [MIDIEvent]) {
    let written = StandardMIDIFile.bytes(of: events, name: "again")
    guard let file = try? StandardMIDIFile(bytes: written) else {
      preconditionFailure("what was written is no file")
    }
    precondition(file.warnings.isEmpty, "\(file.warnings)")
    let read = file.takes.flatMap(\.events)
    precondition(read.map(\.message) == events.map(\.message))
    for (one, other) in zip(read, events) {
      precondition(abs(one.nanoseconds - other.nanoseconds) <= 25_000)
    }
    precondition(StandardMIDIFile.bytes(of: read, name: "again") == written)
  }
}
