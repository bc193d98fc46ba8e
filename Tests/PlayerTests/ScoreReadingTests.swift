import Foundation
import MIDI
import Network
import Performance
import Testing

@testable import Player

/// Readings of a score, by models that have learned nothing.
@Suite struct ScoreReadingTests {
  private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures")

  private static func played(
    _ score: Score, _ form: String = "plain", tempo: Double = 1, streams: Int = 4, seed: UInt64
  ) throws -> [GeneratedTake] {
    let weights = try Model.weights(from: fixtures.appending(path: "model-\(form).safetensors"))
    let network = SampledNetwork(weights, precision: .float32)
    let takes = try ScoreStreams(
      of: score, by: [network], count: 2, tempo: tempo, streams: streams, seed: seed
    ).perform { _ in true }
    return try #require(takes)
  }

  /// What is wrong with a reading; empty if nothing is.
  private static func faults(in take: GeneratedTake, of score: Score) -> [String] {
    var faults: [String] = []
    var rest = take.notes[...]
    for (number, chord) in score.chords.enumerated() {
      let notes = rest.prefix(chord.notes.count)
      rest = rest.dropFirst(chord.notes.count)
      if notes.map(\.pitch).sorted() != chord.notes.map(\.pitch) {
        faults.append("chord \(number) is \(notes.map(\.pitch))")
      }
      let spread = (notes.last?.start ?? 0) - (notes.first?.start ?? 0)
      if spread > 100_000_000 { faults.append("chord \(number) spreads over \(spread) ns") }
    }
    if !rest.isEmpty { faults.append("\(rest.count) notes are added") }
    for (pitch, notes) in Dictionary(grouping: take.notes, by: \.pitch) {
      for (note, next) in zip(notes, notes.dropFirst()) where note.end > next.start {
        faults.append("\(pitch) sounds on at \(next.start)")
      }
    }
    if take.logWeight == -.infinity { faults.append("no event was allowed") }
    return faults
  }

  @Test(arguments: ["plain", "hearing-1"], [1, 2, 3] as [UInt64])
  func everyNoteIsPlayedOnceAndNoneIsAdded(form: String, seed: UInt64) throws {
    let score = try Score(of: WrittenScore.own.file)
    for take in try Self.played(score, form, seed: seed) {
      #expect(Self.faults(in: take, of: score) == [])
    }
  }

  @Test func soItIsWithoutCompetitionAndAtAnyTempo() throws {
    let score = try Score(of: WrittenScore.own.file)
    for tempo in [0.3, 4] {
      for take in try Self.played(score, tempo: tempo, streams: 1, seed: 5) {
        #expect(Self.faults(in: take, of: score) == [])
      }
    }
  }

  @Test func aLongNoteSoundsOn() throws {
    let score = try Score(of: WrittenScore.own.file)
    for take in try Self.played(score, seed: 4) {
      let longest = take.notes.map { $0.end - $0.start }.max() ?? 0
      // 0.3 of 8 s at the recent tempo, which is at most twice as fast as asked.
      #expect(longest >= 1_200_000_000)
    }
  }

  @Test func theLengthFollowsTheTempo() throws {
    let score = try Score(of: WrittenScore.own.file)
    for (tempo, bounds) in [(0.5, 6.0...24), (2, 1.5...6)] {
      for take in try Self.played(score, tempo: tempo, seed: 6) {
        // Notated, the last note is struck after 4 s.
        #expect(bounds.contains(Double(take.notes.last?.start ?? 0) / 1e9))
      }
    }
  }

  @Test func theOnsetsOfATakeStayAsTheyWere() throws {
    let onsets = [0, 0.5, 0.62, 1.9, 2.4]
    let score = try Score(
      ofTake: onsets.enumerated().map { index, onset in
        let start = Int64(onset * 1e9)
        return Note(
          pitch: UInt8(60 + index % 2), velocity: 64, start: start, end: start + 300_000_000)
      })
    for take in try Self.played(score, seed: 7) {
      #expect(take.notes.map { Double($0.start) / 1e9 } == onsets)
      #expect(Self.faults(in: take, of: score) == [])
    }
  }

  @Test func theSameSeedPlaysTheSameAndAnotherSomethingElse() throws {
    let score = try Score(of: WrittenScore.own.file)
    let notes = try [8, 8, 9].map { try Self.played(score, seed: $0).map(\.notes) }
    #expect(notes[0] == notes[1] && notes[0] != notes[2] && notes[0][0] != notes[0][1])
  }
}
