import Foundation
import Testing

@testable import Network

@Suite struct InterpolationTests {
  /// Four of five events are what the corpus has alone: training goes past what is good for them.
  private let mixed: [UInt16] = (0..<60).map { $0 % 5 == 4 ? 2 : 1 }

  private struct Trained {
    var start: Weights
    var heldOut: [TokenSequence]
    var result: TrainingResult

    var interpolation: Interpolation {
      Interpolation(judgedBy: heldOut, precision: .float32)
    }
  }

  private func trained(
    from start: Weights? = nil, corpus: [UInt16] = Array(repeating: 1, count: 300),
    heldOut: [[UInt16]]
  ) throws -> Trained {
    let shape = NetworkShape(vocabulary: 11, embedding: 8, hidden: 16, layers: 2)
    let start = start ?? Weights(shape: shape, seed: 1)
    let heldOut = heldOut.map { TokenSequence($0) }
    var options = TrainingOptions()
    (options.lanes, options.steps, options.passes) = (2, 8, 3)
    (options.learningRate, options.evaluationsPerPass, options.patience) = (0.05, 1, 100)
    (options.warmUp, options.lastRate, options.dropout) = (0, 1, 0)
    options.precision = .float32
    let run = try TrainingRun(
      start: start, anchor: nil, corpus: WrittenCorpus(sequences: [corpus]), heldOut: heldOut,
      options: options)
    return Trained(start: start, heldOut: heldOut, result: try run.run { _ in true })
  }

  private func nats(_ weights: Weights, on sequence: [UInt16]) throws -> Double {
    try Evaluator(weights: weights, precision: .float32).score([TokenSequence(sequence)])[0].nats
  }

  @Test func goesOnlySoFarAsIsBestForTheHeldOut() throws {
    let trained = try trained(heldOut: [mixed])
    let (start, result) = (trained.start, trained.result)
    var looks: [Int] = []
    let found = try trained.interpolation.applied(to: result, from: start) { done, total in
      looks.append(done)
      #expect(done <= total)
    }
    #expect(looks == Array(1...looks.count))
    let (before, after) = (try #require(result.bestNLL), try #require(found.bestNLL))
    #expect(after < before - 0.05)
    let share = Float(try #require(found.share))
    #expect(0 < share && share < 1)
    #expect(
      found.best == start.interpolated(toward: result.best, share: share)
        || found.best == start.interpolated(toward: result.last, share: share))
    #expect(abs(try nats(found.best, on: mixed) / Double(mixed.count - 1) - after) < 1e-9)
  }

  @Test func othersSayHowFarToGoWhereNothingIsHeldOut() throws {
    let trained = try trained(heldOut: [])
    var result = trained.result
    let (start, end) = (trained.start, result.best)
    func share(for sequence: [UInt16]) throws -> Double {
      try Interpolation(judgedBy: [TokenSequence(sequence)], precision: .float32)
        .bestShare(of: result, from: start)
    }
    let found = try share(for: mixed)
    #expect(0 < found && found < 1)
    result.goBack(to: found, from: start)
    #expect(result.share == found)
    let nll = try nats(result.best, on: mixed)
    for share: Float in [0.2, 0.4, 0.6, 0.8, 1] {
      #expect(try nll <= nats(start.interpolated(toward: end, share: share), on: mixed) + 1e-3)
    }
    // What was learned says to go all the way.
    #expect(try share(for: Array(repeating: 1, count: 60)) == 1)
  }

  @Test func whatCannotBeBetterStaysAsItWas() throws {
    // What is held out is what was learned: no stop on the way is better than the end.
    let learned = try trained(heldOut: [Array(repeating: 1, count: 60)])
    let result = learned.result
    let found = try learned.interpolation.applied(to: result, from: learned.start)
    #expect(found.share == 1 && found.best == result.best && found.bestNLL == result.bestNLL)
    // What is held out is known already, and what is learned contradicts it: each step of the way is worse.
    let known = (0..<300).map { UInt16(1 + $0 % 2) }
    let begin = try trained(corpus: known, heldOut: [known]).result.best
    let wrong = try trained(from: begin, heldOut: [known])
    let base = try wrong.interpolation.applied(to: wrong.result, from: begin)
    #expect(base.share == 0 && base.best == begin)
    let blind = try trained(heldOut: [])
    let unjudged = try blind.interpolation.applied(to: blind.result, from: blind.start)
    #expect(unjudged.share == nil && unjudged.best == blind.result.best)
  }
}
