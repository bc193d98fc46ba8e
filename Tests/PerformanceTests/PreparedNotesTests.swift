import MIDI
import Performance
import Testing

@Suite struct PreparedNotesTests {
  typealias T = Token

  /// Two notes with a minute of silence between them, after a silence of two seconds.
  private let paused = [note(2000, 2100, 60), note(62_100, 62_200, 62)]

  @Test func noteSeqKeepsALongSilenceAndAModelReadsFiveSecondsOfIt() {
    func tokens(seconds: Int) -> [UInt16] {
      [T.bin(16), T.on(60), T.shift(10), T.off(60)]
        + Array(repeating: T.shift(100), count: seconds) + [T.on(62), T.shift(10), T.off(62)]
    }
    #expect(Encoding.tokens(of: paused) == tokens(seconds: 60))
    #expect(PreparedNotes(paused).tokens() == tokens(seconds: 5))
    #expect(PreparedNotes(paused, longestSilence: .max).tokens() == tokens(seconds: 60))
  }

  @Test func whatWasCutIsSaid() {
    let prepared = PreparedNotes(paused)
    #expect(prepared.cutSilence == 55_000_000_000)
    #expect(prepared.notes == [note(0, 100, 60), note(5100, 5200, 62)])
    #expect(PreparedNotes.longestSilence == 5_000_000_000)
    // What is cut of several silences is added up; the silence before the first note is none.
    let twice = paused + [note(72_200, 72_300, 64)]
    #expect(PreparedNotes(twice).cutSilence == 60_000_000_000)
    #expect(PreparedNotes(paused, longestSilence: .max).cutSilence == 0)
    #expect(PreparedNotes([note(2000, 2100, 60), note(7100, 7200, 62)]).cutSilence == 0)
  }

  @Test func silenceUnderASoundingNoteIsNone() {
    let held = PreparedNotes([note(0, 20_000, 60), note(20_000, 20_100, 62)])
    #expect(held.tokens().count(where: { $0 == T.shift(100) }) == 20)
    #expect(held.cutSilence == 0)
  }

  @Test func noNotesAreNoTokens() {
    let silence = PreparedNotes([])
    #expect(silence.tokens().isEmpty && silence.notes.isEmpty && silence.cutSilence == 0)
    #expect(silence.pitches == 60...60)
  }
}
