import Foundation
import Testing

@testable import Network

@Suite struct EvaluatorTests {
  private let shape = NetworkShape(vocabulary: 11, embedding: 6, hidden: 10, layers: 2)

  private func sequence(_ count: Int, seed: UInt64) -> [UInt16] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in UInt16.random(in: 0..<11, using: &random) }
  }

  @Test(arguments: [false, true])
  func agreesWithPlainLoops(isTold: Bool) throws {
    let weights = isTold ? Weights.told(shape, seed: 1) : Weights(shape: shape, seed: 1)
    // More than the lanes there are, of all lengths, and longer than a chunk.
    let lengths = [300, 0, 1, 2, 128, 129, 130] + (0..<14).map { 20 + $0 }
    let sequences = lengths.enumerated().map { sequence($1, seed: UInt64($0)) }
    let scores = try Evaluator(
      weights: weights, context: isTold ? Counting.self : nil, precision: .float32
    ).score(sequences: sequences)
    let plain = PlainNetwork(weights: weights)
    for (index, score) in scores.enumerated() {
      #expect(score.events == max(0, lengths[index] - 1))
      let nats = lengths[index] > 1 ? plain.nll(sequences[index]).reduce(0, +) : 0
      #expect(abs(score.nats - nats) < 1e-4 * Double(score.events + 1))
    }
  }

  @Test func aSequenceDoesNotHearTheOthers() throws {
    let evaluator = try Evaluator(weights: Weights(shape: shape, seed: 1), precision: .float32)
    let (one, other) = (sequence(200, seed: 1), sequence(150, seed: 2))
    let alone = try evaluator.score(sequences: [one])[0]
    let together = try evaluator.score(sequences: [other, one, other])
    #expect(abs(alone.nats - together[1].nats) < 1e-3)
    #expect(abs(together[0].nats - together[2].nats) < 1e-3)
  }

  @Test func eventsAreScoredOneByOne() throws {
    let weights = Weights(shape: shape, seed: 1)
    let sequences = [sequence(140, seed: 3), [], sequence(9, seed: 4)]
    let events = try Evaluator(weights: weights, precision: .float32)
      .eventScores(sequences: sequences)
    #expect(events.map(\.count) == [139, 0, 8])
    let plain = PlainNetwork(weights: weights)
    for index in [0, 2] {
      for (nats, expected) in zip(events[index], plain.nll(sequences[index])) {
        #expect(abs(Double(nats) - expected) < 1e-4)
      }
    }
  }

  @Test(arguments: [false, true])
  func impressionsAreTheLastLayersMean(isTold: Bool) throws {
    let weights = isTold ? Weights.told(shape, seed: 1) : Weights(shape: shape, seed: 1)
    // More than the lanes there are, and longer than a chunk.
    let lengths = [300, 0, 1, 2, 128, 129, 130] + (0..<14).map { 20 + $0 }
    let sequences = lengths.enumerated().map { sequence($1, seed: UInt64($0)) }
    let evaluator = try Evaluator(
      weights: weights, context: isTold ? Counting.self : nil, precision: .float32)
    let impressions = try evaluator.impressions(of: sequences)
    #expect(try impressions.map(\.score) == evaluator.score(sequences: sequences))
    let plain = PlainNetwork(weights: weights)
    for (impression, sequence) in zip(impressions, sequences) {
      let outputs = plain.outputs(sequence.dropLast())
      #expect(impression.meanOutput.count == shape.hidden)
      for (unit, mean) in impression.meanOutput.enumerated() {
        let expected = outputs.reduce(0) { $0 + $1[unit] } / Double(max(1, outputs.count))
        #expect(abs(Double(mean) - expected) < 1e-5)
      }
    }
    #expect(impressions[0].meanOutput.contains { abs($0) > 0.01 })
  }

  @Test func tokensThatTheNetworkHasNotAreRefused() throws {
    let evaluator = try Evaluator(weights: Weights(shape: shape, seed: 1), precision: .float32)
    let error = #expect(throws: NetworkError.self) {
      try evaluator.score(sequences: [[1, 2, 11, 3]])
    }
    #expect(
      error.map(String.init(describing:)) == "cannot read token 11: the network has 11")
  }

  @Test func aNetworkThatIsToldNeedsWhoTellsIt() throws {
    for (weights, kind) in [
      (Weights.told(shape, seed: 1), nil), (Weights(shape: shape, seed: 1), Counting.self),
    ] as [(Weights, (any TokenContext.Type)?)] {
      #expect(throws: NetworkError.self) {
        try Evaluator(weights: weights, context: kind, precision: .float32)
      }
    }
  }

  @Test func whatIsToldCountsForNothingAtFirst() throws {
    // But for what cannot come: this sequence never repeats a token, and so only gains.
    let sequences = [(0..<40).map { UInt16($0 * 3 % 11) }]
    let plain = Weights(shape: shape, seed: 1)
    let told = Weights(plain, toldBy: Counting.self)
    let before = try Evaluator(weights: plain, precision: .float32)
      .eventScores(sequences: sequences)[0]
    let after = try Evaluator(weights: told, context: Counting.self, precision: .float32)
      .eventScores(sequences: sequences)[0]
    let logits = PlainNetwork(weights: plain).logits(sequences[0])
    for (index, (one, other)) in zip(before, after).enumerated() {
      // ln(1 − p) less, for the chance p that the plain network gives to a token twice.
      let chances = logits[index].map { exp($0) }
      let again = chances[Int(sequences[0][index])] / chances.reduce(0, +)
      #expect(abs(Double(other) - Double(one) - log(1 - again)) < 1e-4)
    }
  }

  @Test func stopsWhenTold() throws {
    let evaluator = try Evaluator(weights: Weights(shape: shape, seed: 1), precision: .float32)
    let scores = try evaluator.score(sequences: [sequence(500, seed: 1)]) { done, _ in
      done < 200
    }
    #expect(scores[0].events == 256)
  }
}
