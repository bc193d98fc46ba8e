import Foundation
import MIDI
import Network
import Performance
import Testing

@testable import Player

/// Streams that compete for a take.
@Suite struct IslandTests {
  private static func weights() throws -> Weights {
    try Model.weights(
      from: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/model-plain.safetensors"))
  }

  private static var settings: TakeSettings {
    var settings = TakeSettings()
    settings.count = 2
    settings.seconds = 10
    settings.precision = .float32
    return settings
  }

  @Test(arguments: [
    ([0.25, 0.25, 0.25, 0.25], 0.5, [0, 1, 2, 3]), ([1, 0, 0, 0], 0.5, [0, 0, 0, 0]),
    ([0.5, 0, 0.5, 0], 0.3, [0, 2, 2, 0]), ([0, 0.75, 0.25, 0], 0.9, [1, 1, 2, 1]),
  ])
  func aStreamGoesOnAsOftenAsItsShareSays(
    shares: [Double], offset: Double, parents: [Int]
  ) {
    #expect(Island.systematic(shares, at: offset).sorted() == parents.sorted())
    // A stream that goes on keeps its place.
    for (index, parent) in Island.systematic(shares, at: offset).enumerated()
    where parents.contains(index) {
      #expect(parent == index)
    }
  }

  @Test func equalStreamsAreLeftAlone() {
    var island = Island(streams: 4..<8, seed: 1, number: 0)
    #expect(island.survivors([1, 1, 1, 1], threshold: 0.5) == nil)
    #expect(island.effectiveStreams == 4)
    #expect(island.survivors([1, 1, 1, 31], threshold: 0.5) == [7, 7, 7, 7])
    // What they weighed when they were drawn counts no more.
    #expect(island.settled == [31, 31, 31, 31])
    #expect(island.survivors([31, 32, 31, 31], threshold: 0.5) == nil)
    #expect(
      island.survivors([-.infinity, 31, -.infinity, -.infinity], threshold: 0.5) == [5, 5, 5, 5])
    var lost = Island(streams: 0..<2, seed: 1, number: 0)
    #expect(lost.survivors([-.infinity, -.infinity], threshold: 0.5) == nil)
  }

  @Test func theHeaviestStreamWins() {
    var island = Island(streams: 8..<11, seed: 1, number: 0)
    #expect(island.winner([0, 60, 0]) == 9)
    var draws = [8: 0, 9: 0, 10: 0]
    for number in 0..<400 {
      var island = Island(streams: 8..<11, seed: 1, number: number)
      draws[island.winner([0, Float(log(2.0)), -.infinity]), default: 0] += 1
    }
    #expect(draws[10] == 0)
    // Two of three: within four standard deviations.
    #expect(abs((draws[9] ?? 0) - 267) < 38)
  }

  @Test func aJudgeMovesWhatIsPlayed() throws {
    func pitch(_ strength: Float, streams: Int = 8) throws -> Double {
      var competition = Competition(streamsPerTake: streams)
      competition.judge = { prefixes in
        prefixes.map { prefix in
          let sum = prefix.notes.reduce(0.0) { $0 + Double($1.pitch) - 60 }
          return strength * Float(sum / 8)
        }
      }
      let streams = try TakeStreams(
        by: Self.weights(), Self.settings, competition: competition, seed: 3)
      let notes = try streams.generate { _ in true }.flatMap(\.notes)
      return Double(notes.reduce(0) { $0 + Int($1.pitch) }) / Double(max(1, notes.count))
    }
    let (low, plain, high) = (try pitch(-1), try pitch(0), try pitch(1))
    #expect(low + 1 < plain && plain + 1 < high, "\(low), \(plain), \(high)")
    // Alone a stream has no competitors.
    #expect(try pitch(1, streams: 1) == pitch(-1, streams: 1))
  }

  @Test func theSameSeedWinsAgainAndATakeDoesNotDependOnThoseBesideIt() throws {
    func played(_ count: Int) throws -> [[UInt16]] {
      var settings = Self.settings
      settings.count = count
      var controls = Controls()
      controls.density = ControlLine(6)
      let streams = try TakeStreams(
        by: Self.weights(), settings, constraints: [ControlSteering(toward: controls)],
        competition: Competition(), seed: 5)
      let takes = try streams.generate { _ in true }
      #expect(try streams.takes().map(\.tokens) == takes.map(\.tokens))
      return takes.map(\.tokens)
    }
    let two = try played(2)
    #expect(try played(2) == two)
    #expect(two[0] != two[1])
    #expect(try played(1) == [two[0]])
  }
}
