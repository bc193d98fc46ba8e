import MIDI
import Performance
import Testing

@testable import Player

@Suite struct LoudnessConsensusTests {
  private func note(_ pitch: UInt8, _ velocity: UInt8, at start: Int64) -> Note {
    Note(pitch: pitch, velocity: velocity, start: start, end: start + 1)
  }

  @Test func theMeanIsByWeightsAndOverReadings() throws {
    var consensus = LoudnessConsensus()
    let place = LoudnessConsensus.Place(chord: 2, pitch: 60)
    #expect(consensus.velocity(at: place) == nil)
    // Far from 0, as log weights are; the one that weighs nothing counts for nothing.
    consensus.add(place, reading: 0, logWeight: -5_000, bin: 10)
    consensus.add(place, reading: 0, logWeight: -5_000, bin: 20)
    consensus.add(place, reading: 0, logWeight: -9_000, bin: 32)
    consensus.add(place, reading: 0, logWeight: -.infinity, bin: 32)
    let (low, high) = (
      Double(Vocabulary.velocity(ofBin: 10)), Double(Vocabulary.velocity(ofBin: 20))
    )
    let mean = try #require(consensus.velocity(at: place))
    #expect(abs(mean - (low + high) / 2) < 1e-9)
    // Each reading counts once, however many streams it has.
    consensus.add(place, reading: 1, logWeight: 0, bin: 20)
    let both = try #require(consensus.velocity(at: place))
    #expect(abs(both - (mean + high) / 2) < 1e-9)
  }

  @Test func aReadingTakesOverWhatAllPlayAndStaysAsLively() throws {
    // The same key twice: the first is loud to all, the second soft, and the reading had it the other way.
    let score = try Score(
      ofTake: [
        note(60, 40, at: 0), note(60, 80, at: 1_000_000_000), note(64, 60, at: 2_000_000_000),
      ])
    var consensus = LoudnessConsensus()
    for (chord, bin) in [(0, 24), (1, 8)] {
      for stream in 0..<4 {
        consensus.add(
          .init(chord: chord, pitch: 60), reading: 0, logWeight: Float(stream) * 0, bin: bin)
      }
    }
    let played = score.chords.enumerated().map { index, chord in
      note(chord.notes[0].pitch, [40, 80, 60][index], at: Int64(index))
    }
    let blended = consensus.applied(to: played, of: score)
    #expect(blended.map(\.pitch) == played.map(\.pitch))
    #expect(blended[0].velocity > blended[2].velocity)
    #expect(blended[2].velocity > blended[1].velocity)
    func moments(_ notes: [Note]) -> (Double, Double) {
      let mean = notes.reduce(0) { $0 + Double($1.velocity) } / 3
      return (
        mean, notes.reduce(0) { $0 + (Double($1.velocity) - mean) * (Double($1.velocity) - mean) }
      )
    }
    let (before, after) = (moments(played), moments(blended))
    #expect(abs(before.0 - after.0) < 1)
    #expect(abs(before.1 - after.1) < 0.1 * before.1)
  }

  @Test func withoutAConsensusNotesStayAsTheyAre() throws {
    let notes = [note(60, 40, at: 0), note(62, 80, at: 1_000_000_000)]
    let score = try Score(ofTake: notes)
    #expect(LoudnessConsensus().applied(to: notes, of: score) == notes)
    #expect(LoudnessConsensus().applied(to: [notes[0]], of: score) == [notes[0]])
  }
}
