package import Network
import Performance
import Synchronization
package import Work

/// Plays a score several times, side by side.
///
/// ```swift
/// let takes = try ScoreStreams(of: score, by: networks, count: 4, seed: 1).perform { _ in true }
/// ```
package struct ScoreStreams {
  private let score: Score
  private let tempo: Double
  private let streams: TakeStreams

  /// Readings of a score that are drawn from the weighted sum of several networks' logits.
  ///
  /// - Parameters:
  ///   - count: How many readings.
  ///   - tempo: The factor of the notated tempo, above 0.
  ///   - temperature: Divides the logits.
  ///   - streams: How many streams compete for each reading.
  ///   - massExponent: The exponent of the probability of what the streams were made to play.
  ///   - seed: The seed of all draws.
  /// - Throws: `NetworkError`, `WrongValue`.
  package init(
    of score: Score, by networks: [SampledNetwork], count: Int, tempo: Double = 1,
    temperature: Double = 1, streams: Int = 32, massExponent: Float = 1, seed: UInt64
  ) throws {
    self.score = score
    self.tempo = tempo
    var settings = TakeSettings()
    settings.count = count
    settings.temperature = temperature
    // Longer than any reading: the score's end ends the take.
    settings.seconds = 3600
    var competition = Competition(streamsPerTake: streams)
    competition.massExponent = massExponent
    competition.biasExponent = 1
    self.streams = try TakeStreams(
      of: networks, settings, constraints: [ScoreReading(of: score, tempo: tempo)],
      competition: competition, longestNote: ScoreReading.longestNote(of: score, tempo: tempo),
      seed: seed)
  }

  /// Plays until all readings are complete; `nil` if `progress` returns false before.
  ///
  /// - Throws: `NetworkError`.
  package func perform(progress: ProgressHandler) throws -> [GeneratedTake]? {
    let start = ContinuousClock.now
    let consensus = Mutex(LoudnessConsensus())
    streams.onStep = { now in
      consensus.withLock { consensus in
        for (number, island) in now.islands.enumerated() {
          for index in island.streams {
            let stream = now.streams[index]
            guard stream.isGenerating, case .noteOn = stream.tokens.last.flatMap(Vocabulary.event),
              let place = stream.reading?.lastStruck
            else { continue }
            consensus.add(
              place, reading: number, logWeight: now.recentLogWeight(index, of: number),
              bin: stream.grammar.bin)
          }
        }
      }
    }
    let total = Double(score.chords.count)
    let streams = streams
    let count = Double(streams.streams.count)
    while streams.isGenerating {
      try streams.step()
      let goesOn = progress(
        WorkProgress(
          activity: "performing",
          done: Double(streams.streams.reduce(0) { $0 + $1.boundariesPassed }) / count,
          total: total,
          unit: "chords", seconds: (ContinuousClock.now - start) / .seconds(1)))
      guard goesOn else { return nil }
    }
    let all = consensus.withLock(\.self)
    return try streams.takes().map { take in
      guard streams.competition.streamsPerTake > 1 else { return take }
      var take = take
      take.notes = all.applied(to: take.notes, of: score)
      return take
    }
  }
}
