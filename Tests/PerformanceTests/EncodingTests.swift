import MIDI
import Performance
import Testing

/// Shorthand, so that a list of tokens reads as music.
enum Token {
  static func on(_ pitch: UInt8) -> UInt16 { Vocabulary.token(of: .noteOn(pitch: pitch)) }
  static func off(_ pitch: UInt8) -> UInt16 { Vocabulary.token(of: .noteOff(pitch: pitch)) }
  static func shift(_ steps: Int) -> UInt16 { Vocabulary.token(of: .timeShift(steps: steps)) }
  static func bin(_ bin: Int) -> UInt16 { Vocabulary.token(of: .velocity(bin: bin)) }
}

/// A note by its times in milliseconds.
func note(_ start: Double, _ end: Double, _ pitch: UInt8, _ velocity: UInt8 = 64) -> Note {
  Note(pitch: pitch, velocity: velocity, start: Int64(start * 1e6), end: Int64(end * 1e6))
}

@Suite struct EncodingTests {
  typealias T = Token

  /// A file of format 0 with 500 ticks a quarter note and no tempo: a tick is a millisecond.
  static let golden: [UInt8] = [
    0x4D, 0x54, 0x68, 0x64, 0, 0, 0, 6, 0, 0, 0, 1, 0x01, 0xF4,  // 500 ticks a quarter note
    0x4D, 0x54, 0x72, 0x6B, 0, 0, 0, 0x7D,
    // Silence first; a chord out of order of pitch, its third in the same step 4 ms later.
    0x85, 0x5A, 0x90, 67, 64, 0, 60, 64, 4, 64, 20,  // 730, 730, 734 ms
    // 1005 and 1015 ms are rounded up, to steps 101 and 102; an end and a start in one step.
    0x82, 0x0F, 0x80, 64, 64, 0, 0x90, 62, 127, 10, 0x80, 60, 64, 0, 67, 64,
    0x83, 0x01, 62, 64,  // 1400 ms
    // The pedal from 1500 to 1900 ms, let go by value 63, under the softest note and one more.
    0x64, 0xB0, 64, 64, 0x64, 0x90, 48, 1, 50, 0x80, 48, 64, 50, 0x90, 55, 100, 50, 0x80, 55, 64,
    0x81, 0x16, 0xB0, 64, 63,
    // The pedal from 2000 to 3000 ms; a key struck again under it at 2600 ms ends where it begins.
    0x64, 64, 127, 0x64, 0x90, 36, 90, 0x64, 0x80, 36, 64, 0x83, 0x10, 0x90, 36, 91,
    0x64, 0x80, 36, 64, 0x82, 0x2C, 0xB0, 64, 0,
    // After more than two seconds a note of 6 ms, then one of 2 ms whose ends fall on one step.
    0x93, 0x7B, 0x90, 72, 50, 6, 0x80, 72, 64, 39, 0x90, 74, 50, 2, 0x80, 74, 64,
    // The pedal from 5700 ms to the end: both notes sound until the last one ends.
    0x62, 0xB0, 64, 127, 0x64, 0x90, 76, 50, 0x81, 0x48, 0x80, 76, 64,
    0x82, 0x2C, 0x90, 20, 33, 0x83, 0x74, 0x80, 20, 64,
    0, 0xFF, 0x2F, 0,
  ]

  /// What `compare_with_note_seq.py --tokens` prints for ``golden``.
  static let goldenTokens: [UInt16] = [
    371, 60, 67, 360, 64, 283, 192, 387, 62, 256, 188, 195, 293, 190,
    275, 356, 48, 265, 380, 55, 275, 176, 183,
    275, 378, 36, 305, 164, 36, 295, 164,
    355, 355, 311, 368, 72, 256, 200, 258, 74, 256, 202,
    274, 76, 305, 364, 20, 305, 204, 148,
  ]

  @Test func tokensOfAFileAreThoseOfNoteSeq() throws {
    let file = try StandardMIDIFile(bytes: Self.golden)
    let take = try #require(file.takes.first)
    #expect(file.warnings.isEmpty)
    #expect(
      Encoding.tokens(of: NoteReading(of: take.events).soundingNotes) == Self.goldenTokens)
  }

  @Test func aNoteIsVelocityOnShiftOff() {
    #expect(
      Encoding.tokens(of: [note(0, 500, 60, 80)])
        == [T.bin(20), T.on(60), T.shift(50), T.off(60)])
  }

  @Test func noNotesAreNoTokens() {
    #expect(Encoding.tokens(of: []).isEmpty)
  }

  @Test func silenceBeforeTheFirstNoteIsDropped() {
    #expect(
      Encoding.tokens(of: [note(90_000, 90_010, 60)]) == Encoding.tokens(of: [note(0, 10, 60)]))
  }

  @Test func theVelocityIsSaidOnlyWhenItsBinChanges() {
    // 61…64 are one bin, 65 is the next.
    let notes = [note(0, 100, 60, 61), note(100, 200, 62, 64), note(200, 300, 64, 65)]
    #expect(
      Encoding.tokens(of: notes) == [
        T.bin(16), T.on(60), T.shift(10), T.off(60), T.on(62), T.shift(10), T.off(62),
        T.bin(17), T.on(64), T.shift(10), T.off(64),
      ])
  }

  @Test func aLongWaitIsWholeSecondsAndARest() {
    #expect(
      Encoding.tokens(of: [note(0, 2340, 60)]) == [
        T.bin(16), T.on(60), T.shift(100), T.shift(100), T.shift(34), T.off(60),
      ])
    #expect(
      Encoding.tokens(of: [note(0, 2000, 60)]) == [
        T.bin(16), T.on(60), T.shift(100), T.shift(100), T.off(60),
      ])
  }

  @Test func aNoteWithoutLengthGetsAStep() {
    #expect(
      Encoding.tokens(of: [note(0, 0, 60)]) == [T.bin(16), T.on(60), T.shift(1), T.off(60)])
  }

  @Test func endsAndStartsOfOneStepStandInTheOrderOfTheirNotes() {
    // The end of the earlier note comes first, whatever its pitch.
    #expect(
      Encoding.tokens(of: [note(0, 100, 72), note(100, 200, 48)]) == [
        T.bin(16), T.on(72), T.shift(10), T.off(72), T.on(48), T.shift(10), T.off(48),
      ])
  }

  @Test func theOrderOfTheNotesGivenDoesNotMatter() {
    let notes = [note(0, 100, 60), note(0, 150, 64, 90), note(200, 210, 59), note(205, 400, 40)]
    #expect(Encoding.tokens(of: notes.reversed()) == Encoding.tokens(of: notes))
  }

  @Test func timesBeyondAllBoundsAreBounded() {
    let notes = [Note(pitch: 60, velocity: 64, start: 0, end: .max / 2)]
    let prepared = PreparedNotes([
      Note(pitch: 60, velocity: 64, start: 0, end: 1_000_000_000),
      Note(pitch: 60, velocity: 64, start: .max / 2, end: .max / 2 + 1_000_000_000),
    ])
    #expect(Encoding.tokens(of: notes).last == T.off(60))
    #expect(prepared.tokens().count(where: { 256..<356 ~= $0 }) == 1 + 5 + 1)
  }
}
