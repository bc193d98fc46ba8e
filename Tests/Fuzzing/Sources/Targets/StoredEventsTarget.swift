import MIDI
import Performance

@testable import Library

/// A chunk of events as it lies in the library: eight bytes of time, two of count, the chunk.
///
/// Holds that what is read is stored again as the same events, and that notes, tokens and files can
/// be made of it, whatever it is.
enum StoredEventsTarget: FuzzTarget {
  static func run(_ bytes: [UInt8]) {
    guard bytes.count > 10 else { return }
    let first = bytes[0..<8].reduce(Int64(0)) { $0 << 8 | Int64($1) } & .max
    let count = Int(bytes[8]) << 8 | Int(bytes[9])
    var events: [MIDIEvent] = []
    do {
      try bounding(bytes, perByte: 200) {
        Result {
          try EventChunk.decode(
            Array(bytes[10...]), firstNanoseconds: first, eventCount: count, into: &events)
        }
      }.get()
    } catch {
      precondition(events.count < bytes.count)
      return
    }
    precondition(events.count == count)
    store(events)
  }

  private static func store(_ events: [MIDIEvent]) {
    let reading = NoteReading(of: events)
    let notes = reading.soundingNotes
    guard
      let take = try? EncodedTake(
        events: events, notes: notes, pedalNanoseconds: reading.pedalNanoseconds)
    else { preconditionFailure("what was read cannot be stored") }
    precondition(take.eventCount == events.count && take.durationNanoseconds >= reading.end)
    var again: [MIDIEvent] = []
    for chunk in take.chunks {
      do {
        try EventChunk.decode(
          chunk.bytes, firstNanoseconds: chunk.firstNanoseconds, eventCount: chunk.eventCount,
          into: &again)
      } catch { preconditionFailure("\(error)") }
    }
    precondition(again == events)
    _ = StandardMIDIFile.bytes(of: events)
    _ = Encoding.tokens(of: notes)
  }
}
