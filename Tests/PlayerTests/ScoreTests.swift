import MIDI
import Testing

@testable import Player

/// Scores as they are read.
@Suite struct ScoreTests {
  private static let crowd = (0..<10_000).map { (index: Int) -> WrittenScore.WrittenNote in
    (at: 1, lasts: 1, pitch: UInt8(index % 128))
  }

  private func chords(_ score: Score) -> [[UInt8]] { score.chords.map { $0.notes.map(\.pitch) } }

  @Test func allTracksAreOneScoreWithItsTempoMap() throws {
    let score = try Score(of: WrittenScore.own.file)
    #expect(score.chords.count == 25)
    #expect(chords(score)[...2] == [[74], [76], [48, 55, 64, 72]])
    // At 120 a quarter lasts half a second, from the fifth on a whole one.
    #expect(score.chords[19].onset == 1.5 && score.chords[20].onset == 2)
    #expect(score.chords[21].onset == 2.5 && score.seconds == 10)
    #expect(score.beatsPerMinute == 120 && !score.keepsTimes)
  }

  @Test func aUnisonIsOneKeyForTheLongerTime() throws {
    let score = try Score(of: WrittenScore.own.file)
    #expect(
      score.chords[20].notes == [
        Score.Note(pitch: 48, seconds: 8), Score.Note(pitch: 67, seconds: 1),
      ])
    #expect(score.noteCount == 30)
  }

  @Test func aKeyThatIsHeldAndStruckAgainIsStruckTwice() throws {
    let score = try Score(of: WrittenScore(tracks: [[(0, 4, 60)], [(1, 1, 60)]]).file)
    #expect(chords(score) == [[60], [60]])
    let notes = score.notes()
    #expect(notes[0].end < notes[1].start && notes.map(\.velocity) == [64, 64])
  }

  @Test func theOnsetsOfATakeAreKept() throws {
    let score = try Score(ofTake: [
      Note(pitch: 60, velocity: 9, start: 1_000_000_000, end: 1_400_000_000),
      Note(pitch: 64, velocity: 90, start: 1_030_000_000, end: 1_300_000_000),
      Note(pitch: 67, velocity: 90, start: 1_070_000_000, end: 1_300_000_000),
    ])
    #expect(chords(score) == [[60, 64], [67]])
    #expect(score.keepsTimes && score.chords.map(\.onset) == [0, 0.07])
  }

  @Test(arguments: [
    (WrittenScore(tracks: [[]]), "it holds no notes"),
    (WrittenScore(tracks: [[(0, 1, 36)]], channel: 9), "it holds nothing but drums"),
    (
      WrittenScore(tracks: [Self.crowd]),
      "it has 10000 notes at once at 0.5 s, and no more than 24 can be played"
    ),
    (
      WrittenScore(tracks: [[(2, 200, 60)]]),
      "C4 at 0.0 s is written 100.0 s long, and no piano note lasts more than 60 s"
    ),
    (
      WrittenScore(tracks: [[(0, 1, 60), (6000, 1, 60)]]),
      "it lasts 50.0 minutes, and no more than 25 can be read at once"
    ),
  ])
  func whatIsNoScoreIsSaidToBeNone(written: WrittenScore, cause: String) throws {
    let file = try written.file
    let error = #expect(throws: ScoreError.self) { try Score(of: file) }
    #expect(error?.description == cause)
  }
}
