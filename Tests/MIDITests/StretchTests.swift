import MIDI
import Testing

/// Notes of 1 s on the key 60, and other messages, by seconds.
private func playing(_ starts: [Int64], _ others: [(Int64, MIDIMessage)] = []) -> [MIDIEvent] {
  let notes = starts.flatMap { start -> [(Int64, MIDIMessage)] in
    [(start, .noteOn(pitch: 60, velocity: 80)), (start + 1, .noteOff(pitch: 60))]
  }
  return (notes + others).enumerated().sorted {
    ($0.element.0, $0.offset) < ($1.element.0, $1.offset)
  }.map { MIDIEvent(nanoseconds: $0.element.0 * 1_000_000_000, message: $0.element.1) }
}

/// When each message of each stretch stands, in seconds.
private func times(_ events: [MIDIEvent]) -> [[Int64]] {
  NoteReading.stretches(of: events).map { $0.map { $0.nanoseconds / 1_000_000_000 } }
}

@Suite struct StretchTests {
  @Test func withoutALongSilenceNothingIsChanged() {
    let events = playing(
      [3, 18, 33], [(0, .control(controller: 7, value: 100)), (48, .system([0xF8]))])
    #expect(NoteReading.stretches(of: events) == [events])
    #expect(
      NoteReading.stretches(of: playing([], [(0, .control(controller: 64, value: 127))])).isEmpty)
    #expect(NoteReading.stretches(of: []).isEmpty)
    // A note that is never let go, and a pedal that stays down.
    let stuck = Array(playing([0], [(0, .control(controller: 64, value: 127))]).dropLast())
    #expect(NoteReading.stretches(of: stuck) == [stuck])
  }

  @Test func aSilenceOfFifteenSecondsCuts() {
    #expect(times(playing([0, 16, 40])) == [[0, 1], [0, 1], [0, 1]])
    #expect(times(playing([0, 15, 31])) == [[0, 1, 15, 16], [0, 1]])
  }

  @Test func whatIsHeldKeepsItTogetherForTwoMinutes() {
    let pedal: [(Int64, MIDIMessage)] = [
      (1, .control(controller: 64, value: 127)), (100, .control(controller: 64, value: 0)),
    ]
    #expect(times(playing([0, 110], pedal)).count == 1)
    #expect(times(playing([0, 116], pedal)).count == 2)
    // Two minutes are too long: what is held is let go 15 s after it was played last.
    let long = playing([0, 200], [(0, .noteOn(pitch: 40, velocity: 80))])
    let stretches = NoteReading.stretches(of: long)
    #expect(
      stretches.map { NoteReading(of: $0).notes.map(\.end).max() } == [
        16_000_000_000, 1_000_000_000,
      ])
  }

  /// A controller, a pedal that idles and time code are no playing, however much of them there is.
  @Test func onlyNotesAndWhatMovesThePedalArePlaying() {
    let hours: Int64 = 77 * 3600
    #expect(times(playing([0], [(hours, .control(controller: 7, value: 90))])) == [[0, 1]])
    #expect(times(playing([0], [(hours, .noteOff(pitch: 60))])) == [[0, 1]])
    let idle = (0..<100).map { ($0, MIDIMessage.control(controller: 64, value: UInt8($0 % 3))) }
      .map { (Int64($0.0), $0.1) }
    #expect(NoteReading.stretches(of: playing([0, 90], idle)).count == 2)
    #expect(NoteReading.stretches(of: playing([0, 90], idle)).allSatisfy { $0.count < 50 })
  }

  /// A note-off that comes hours later, as a broken time count makes it.
  @Test func aNoteOfHoursIsLetGo() {
    let events =
      Array(playing([0, 2]).dropLast())
      + [MIDIEvent(nanoseconds: 300_000_000_000_000, message: .noteOff(pitch: 60))]
    let notes = NoteReading.stretches(of: events).map { NoteReading(of: $0).notes }
    #expect(notes.map { $0.map(\.end) } == [[1_000_000_000, 17_000_000_000]])
  }

  @Test func programsAndControllersGoOnBehindTheSilence() {
    let settings: [(Int64, MIDIMessage)] = [
      (0, .channel(status: 0xC0, data1: 4, data2: 0)), (0, .control(controller: 7, value: 90)),
      (30, .control(controller: 7, value: 100)),
    ]
    let stretches = NoteReading.stretches(of: playing([1, 60], settings))
    #expect(
      stretches.map { $0.map(\.message) } == [
        [
          .channel(status: 0xC0, data1: 4, data2: 0), .control(controller: 7, value: 90),
          .noteOn(pitch: 60, velocity: 80), .noteOff(pitch: 60),
        ],
        [
          .control(controller: 7, value: 100), .channel(status: 0xC0, data1: 4, data2: 0),
          .noteOn(pitch: 60, velocity: 80), .noteOff(pitch: 60),
        ],
      ])
    // A silence before the first note, too.
    #expect(times(playing([20], settings)) == [[0, 0, 0, 1, 10]])
  }

  /// Drums go on while the pianist waits, and are no reason not to cut; nor do they become the piano.
  @Test func whatIsLeftOutIsNoPlaying() {
    let bass = (0..<60).flatMap { second -> [(Int64, MIDIMessage)] in
      [(Int64(second), .noteOn(channel: 1, pitch: 36, velocity: 80))]
    }
    let program: [(Int64, MIDIMessage)] = [(0, .channel(status: 0xC1, data1: 32, data2: 0))]
    let stretches = NoteReading.stretches(of: playing([0, 50], program + bass))
    #expect(stretches.map { NoteReading(of: $0).notes.map(\.pitch) } == [[60], [60]])
  }
}
