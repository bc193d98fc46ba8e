import MIDI
import Testing

/// Messages by seconds.
private func events(_ list: [(Int64, MIDIMessage)]) -> [MIDIEvent] {
  list.map { MIDIEvent(nanoseconds: $0.0 * 1_000_000_000, message: $0.1) }
}

private func seconds(_ count: Int64) -> Int64 { count * 1_000_000_000 }

@Suite struct PartTests {
  private let sustain = MIDIMessage.control(controller: 64, value: 100)
  private let lifted = MIDIMessage.control(controller: 64, value: 0)

  /// Two notes, the first of which and the pedal are held over 4 s.
  private let take = events([
    (0, .channel(status: 0xC0, data1: 1, data2: 0)),
    (1, .control(controller: 64, value: 127)),
    (2, .noteOn(pitch: 60, velocity: 80)),
    (3, .control(controller: 64, value: 100)),
    (5, .noteOn(pitch: 64, velocity: 70)),
    (6, .noteOff(pitch: 60)),
    (7, .noteOff(pitch: 64)),
    (8, .control(controller: 64, value: 0)),
  ])

  @Test func allOfATakeIsTheTake() {
    #expect(take.part() == take)
    #expect(take.part(from: 0, until: seconds(9)) == take)
    #expect([MIDIEvent]().part(from: 1, until: 2).isEmpty)
  }

  @Test func whatIsInForceAtTheCutIsInForceAtTheBeginning() {
    #expect(
      take.part(from: seconds(4))
        == events([
          (0, sustain), (0, .channel(status: 0xC0, data1: 1, data2: 0)),
          (0, .noteOn(pitch: 60, velocity: 80)), (1, .noteOn(pitch: 64, velocity: 70)),
          (2, .noteOff(pitch: 60)), (3, .noteOff(pitch: 64)), (4, lifted),
        ]))
  }

  @Test func whatIsHeldAtTheEndIsLetGo() {
    #expect(
      take.part(until: seconds(6))
        == take.prefix(5)
        + events([(6, .noteOff(pitch: 60)), (6, .noteOff(pitch: 64)), (6, lifted)]))
    #expect(
      take.part(from: seconds(4), until: seconds(6)).suffix(4)
        == events([
          (1, .noteOn(pitch: 64, velocity: 70)), (2, .noteOff(pitch: 60)),
          (2, .noteOff(pitch: 64)), (2, lifted),
        ]))
  }

  @Test func aKeyThatMovesAtTheCutIsNotStruckTwice() {
    let take = events([
      (0, .noteOn(pitch: 60, velocity: 80)), (1, .noteOff(pitch: 60)),
      (1, .noteOn(pitch: 60, velocity: 50)), (2, .noteOff(pitch: 60)),
    ])
    let notes = NoteReading(of: take.part(from: seconds(1))).notes
    #expect(notes == [Note(pitch: 60, velocity: 50, start: 0, end: seconds(1))])
    #expect(NoteReading(of: take.part(from: seconds(2))).notes.isEmpty)
  }

  @Test func theNotesOfAPartSoundAsInTheTake() {
    let whole = NoteReading(of: take).soundingNotes
    let part = NoteReading(of: take.part(from: seconds(4), until: seconds(6))).soundingNotes
    #expect(
      part
        == whole.map { note in
          var note = note
          note.start = max(0, note.start - seconds(4))
          note.end = min(note.end, seconds(6)) - seconds(4)
          return note
        })
  }
}
