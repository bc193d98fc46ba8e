import Foundation
import Testing

@testable import Network

@Suite struct EvaluatorTests {
  private let shape = NetworkShape(vocabulary: 11, embedding: 6, hidden: 10, layers: 2)

  /// Told of by ``Counting``, or not at all.
  private func sequences(_ tokens: [[UInt16]], hasContext: Bool = false) -> [TokenSequence] {
    tokens.map { TokenSequence($0, context: hasContext ? Counting() : nil) }
  }

  private func sequence(_ count: Int, seed: UInt64) -> [UInt16] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in UInt16.random(in: 0..<11, using: &random) }
  }

  @Test(arguments: [false, true])
  func agreesWithPlainLoops(hasContext: Bool) throws {
    let weights = hasContext ? Weights.withContext(shape, seed: 1) : Weights(shape: shape, seed: 1)
    // More than the lanes there are, of all lengths, and longer than a chunk.
    let lengths = [300, 0, 1, 2, 128, 129, 130] + (0..<14).map { 20 + $0 }
    let tokens = lengths.enumerated().map { sequence($1, seed: UInt64($0)) }
    let scores = try Evaluator(
      weights: weights, precision: .float32
    ).score(sequences(tokens, hasContext: hasContext))
    let plain = PlainNetwork(weights: weights)
    for (index, score) in scores.enumerated() {
      #expect(score.events == max(0, lengths[index] - 1))
      let nats = lengths[index] > 1 ? plain.nll(tokens[index]).reduce(0, +) : 0
      #expect(abs(score.nats - nats) < 1e-4 * Double(score.events + 1))
    }
  }

  @Test func aSequenceDoesNotHearTheOthers() throws {
    let evaluator = try Evaluator(weights: Weights(shape: shape, seed: 1), precision: .float32)
    let (one, other) = (sequence(200, seed: 1), sequence(150, seed: 2))
    let alone = try evaluator.score(sequences([one]))[0]
    let together = try evaluator.score(sequences([other, one, other]))
    #expect(abs(alone.nats - together[1].nats) < 1e-3)
    #expect(abs(together[0].nats - together[2].nats) < 1e-3)
  }

  @Test func eventsAreScoredOneByOne() throws {
    let weights = Weights(shape: shape, seed: 1)
    let tokens = [sequence(140, seed: 3), [], sequence(9, seed: 4)]
    let events = try Evaluator(weights: weights, precision: .float32)
      .eventScores(of: sequences(tokens))
    #expect(events.map(\.count) == [139, 0, 8])
    let plain = PlainNetwork(weights: weights)
    for index in [0, 2] {
      for (nats, expected) in zip(events[index], plain.nll(tokens[index])) {
        #expect(abs(Double(nats) - expected) < 1e-4)
      }
    }
  }

  @Test(arguments: [false, true])
  func impressionsAreTheLastLayersMean(hasContext: Bool) throws {
    let weights = hasContext ? Weights.withContext(shape, seed: 1) : Weights(shape: shape, seed: 1)
    // More than the lanes there are, and longer than a chunk.
    let lengths = [300, 0, 1, 2, 128, 129, 130] + (0..<14).map { 20 + $0 }
    let tokens = lengths.enumerated().map { sequence($1, seed: UInt64($0)) }
    let evaluator = try Evaluator(weights: weights, precision: .float32)
    let sequences = sequences(tokens, hasContext: hasContext)
    let impressions = try evaluator.impressions(of: sequences)
    #expect(try impressions.map(\.score) == evaluator.score(sequences))
    let plain = PlainNetwork(weights: weights)
    for (impression, sequence) in zip(impressions, tokens) {
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
      try evaluator.score(sequences([[1, 2, 11, 3]]))
    }
    #expect(
      error.map(String.init(describing:)) == "cannot read token 11: the network has 11")
  }

  @Test func aNetworkThatIsToldNeedsWhoTellsIt() throws {
    for (weights, hasContext, numbers) in [
      (Weights.withContext(shape, seed: 1), false, (11, 0)),
      (Weights(shape: shape, seed: 1), true, (0, 11)),
    ] {
      let evaluator = try Evaluator(weights: weights, precision: .float32)
      let error = #expect(throws: NetworkError.self) {
        // Before the token that is none is read.
        try evaluator.score(
          [TokenSequence([1, 2, 99], context: hasContext ? nil : Counting())]
            + sequences([[1, 2]], hasContext: hasContext))
      }
      #expect(
        error.map(String.init(describing:))
          == "cannot use the weights: their network needs \(numbers.0) numbers of additional input after each event, "
          + "this version tells \(numbers.1)")
      // Of one that is not read nobody needs to tell.
      #expect(
        try evaluator.score(sequences([[], [1]], hasContext: hasContext)).map(\.events) == [0, 0])
    }
  }

  @Test func whatIsToldCountsForNothingAtFirst() throws {
    // But for what cannot come: this sequence never repeats a token, and so only gains.
    let tokens = [(0..<40).map { UInt16($0 * 3 % 11) }]
    let plain = Weights(shape: shape, seed: 1)
    let told = Weights(plain, toldBy: Counting())
    let before = try Evaluator(weights: plain, precision: .float32)
      .eventScores(of: sequences(tokens))[0]
    let after = try Evaluator(weights: told, precision: .float32)
      .eventScores(of: sequences(tokens, hasContext: true))[0]
    let logits = PlainNetwork(weights: plain).logits(tokens[0])
    for (index, (one, other)) in zip(before, after).enumerated() {
      // ln(1 − p) less, for the chance p that the plain network gives to a token twice.
      let chances = logits[index].map { exp($0) }
      let again = chances[Int(tokens[0][index])] / chances.reduce(0, +)
      #expect(abs(Double(other) - Double(one) - log(1 - again)) < 1e-4)
    }
  }

  @Test func stopsWhenTold() throws {
    let evaluator = try Evaluator(weights: Weights(shape: shape, seed: 1), precision: .float32)
    let scores = try evaluator.score(sequences([sequence(500, seed: 1)])) { done, _ in
      done < 200
    }
    #expect(scores[0].events == 256)
  }
}
