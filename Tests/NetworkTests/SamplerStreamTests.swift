import Foundation
import Testing

@testable import Network

/// Streams that are copied, that hear, that are measured and biased.
@Suite struct SamplerStreamTests {
  /// Sizes that every kernel fits.
  private let shape = NetworkShape(vocabulary: 40, embedding: 16, hidden: 32, layers: 2)

  private func all(_ stream: Int, _ mask: inout [Bool]) {}

  private func sampler(
    streams: Int = 3, hasContext: Bool = true, precision: Precision = .float32,
    shape: NetworkShape? = nil
  ) throws -> Sampler {
    let shape = shape ?? self.shape
    return try Sampler(
      weights: hasContext ? Weights.withContext(shape, seed: 2) : Weights(shape: shape, seed: 2),
      context: hasContext ? Counting() : nil, streams: streams, seed: 4, precision: precision)
  }

  private func logits(_ sampler: Sampler) -> [[Float]] {
    (0..<sampler.streams).map { sampler.logits(of: $0) }
  }

  @discardableResult
  private func read(_ sampler: Sampler, _ tokens: [UInt16]) throws -> [Sampler.Step] {
    try sampler.step(
      tokens.map { .read($0) }, temperature: 1, topP: 1, measures: false, allow: all)
  }

  private func draw(_ sampler: Sampler, count: Int) throws -> [[UInt16]] {
    var drawn = Array(repeating: [UInt16](), count: sampler.streams)
    for _ in 0..<count {
      let tokens = try sampler.step(
        temperature: 1, topP: 1, active: Array(repeating: true, count: sampler.streams),
        allow: all)
      for (stream, token) in tokens.enumerated() { drawn[stream].append(token) }
    }
    return drawn
  }

  // MARK: - Copies

  /// Of every kernel: the one for sizes that fill no vector, too.
  private static let kernels: [(Precision, Int)] = [
    (.float32, 32), (.float32, 30), (.bfloat16, 32), (.bfloat16, 30), (.int8, 32), (.float32, 256),
    (.int8, 256),
  ].filter { $0.0.isAvailable }

  @Test(arguments: kernels)
  func copiesGoOnFromTheSamePlace(precision: Precision, hidden: Int) throws {
    let shape = NetworkShape(vocabulary: 40, embedding: 16, hidden: hidden, layers: 2)
    let one = try sampler(precision: precision, shape: shape)
    let other = try sampler(precision: precision, shape: shape)
    let primers: [[UInt16]] = [[3, 9, 4], [1, 2, 3, 4, 5], [7]]
    for sampler in [one, other] {
      try sampler.prime(primers)
      // The states of steps and of primers.
      try read(sampler, [5, 6, 7])
    }
    one.select([0, 0, 1])
    let (before, copied) = (logits(other), logits(one))
    #expect(copied == [before[0], before[0], before[1]])
    #expect(Set(before).count == 3)
    for tokens: [UInt16] in [[8, 8, 9], [1, 1, 30], [2, 2, 2]] {
      try read(one, tokens)
      try read(other, [tokens[0], tokens[2], 0])
      let (copies, alone) = (logits(one), logits(other))
      #expect(copies[0] == copies[1])
      // And as they would be without any copying.
      #expect(copies[0] == alone[0] && copies[2] == alone[1])
    }
    // Backwards, so that a stream is read after it was written.
    let last = logits(one)
    one.select([2, 0, 1])
    #expect(logits(one) == [last[2], last[0], last[1]])
  }

  @Test func copiesDrawTheSameUntilTheyAreReseeded() throws {
    let sampler = try sampler()
    try sampler.prime([[3, 9, 4], [1, 2, 3], [7]])
    _ = try draw(sampler, count: 3)
    sampler.select([0, 0, 1])
    let same = try draw(sampler, count: 30)
    #expect(same[0] == same[1] && same[1] != same[2])
    sampler.select([0, 0, 0])
    sampler.reseed(1, seed: 4)
    sampler.reseed(2, seed: 4)
    let apart = try draw(sampler, count: 30)
    #expect(Set(apart).count == 3)
  }

  @Test func aReseededStreamDrawsAsThatOfANewSampler() throws {
    let primers: [[UInt16]] = [[3], [3], [3]]
    let (one, other) = (try sampler(), try sampler())
    try one.prime(primers)
    _ = try draw(one, count: 7)
    try one.prime(primers)
    for stream in 0..<3 { one.reseed(stream, seed: 4) }
    try other.prime(primers)
    #expect(try draw(one, count: 20) == draw(other, count: 20))
  }

  @Test func aStreamThatRestedGoesOnFromAnother() throws {
    let sampler = try sampler(streams: 2)
    try sampler.prime([[3, 9], [1]])
    for token: UInt16 in [4, 7] {
      let heard = try sampler.step(
        [.read(token), .rest], temperature: 1, topP: 1, measures: true, allow: all)
      #expect(heard[1] == Sampler.Step(token: 0, logMass: 0, logProbability: 0))
    }
    sampler.select([0, 0])
    try read(sampler, [5, 5])
    #expect(sampler.logits(of: 0) == sampler.logits(of: 1))
  }

  // MARK: - Tokens that are given

  @Test(arguments: [false, true], kernels)
  func hearingIsAsBeingPrimed(hasContext: Bool, kernel: (precision: Precision, hidden: Int)) throws
  {
    let shape = NetworkShape(vocabulary: 40, embedding: 16, hidden: kernel.hidden, layers: 2)
    let (one, other) = try (
      sampler(streams: 2, hasContext: hasContext, precision: kernel.precision, shape: shape),
      sampler(streams: 2, hasContext: hasContext, precision: kernel.precision, shape: shape)
    )
    let sequences: [[UInt16]] = [[3, 9, 4, 11], [1, 2, 3, 39]]
    #expect(Set(logits(one).joined()) == [0])
    for place in 0..<4 { try read(one, sequences.map { $0[place] }) }
    try other.prime(sequences)
    #expect(logits(one) == logits(other))
    #expect(try draw(one, count: 20) == draw(other, count: 20), "hearing draws nothing")
  }

  @Test func aTokenThatTheNetworkHasNotIsNotHeard() throws {
    let sampler = try sampler()
    try sampler.prime([[3], [1], [7]])
    let before = logits(sampler)
    let error = #expect(throws: NetworkError.self) { try read(sampler, [1, 40, 2]) }
    #expect(error.map(String.init(describing:)) == "cannot read token 40: the network has 40")
    #expect(throws: NetworkError.self) { try sampler.prime([[1], [2], [3, 99]]) }
    #expect(logits(sampler) == before)
    try read(sampler, [1, 2, 3])
  }

  // MARK: - What is measured

  /// ln Σ e^(logit/T) over some tokens.
  private func logSum(
    _ logits: [Float], temperature: Float = 1, where isAllowed: (Int) -> Bool = { _ in true }
  ) -> Double {
    let values = logits.indices.filter(isAllowed).map { Double(logits[$0]) / Double(temperature) }
    guard let highest = values.max() else { return -.infinity }
    return highest + log(values.reduce(0) { $0 + exp($1 - highest) })
  }

  private func isAllowed(_ token: Int, _ stream: Int) -> Bool { (token + stream) % 3 == 0 }

  @Test(arguments: [Float(0.2), 0.9, 1, 1.7], [false, true])
  func massAndProbabilityAreThoseOfAPlainSum(temperature: Float, isBiased: Bool) throws {
    let sampler = try sampler()
    try sampler.prime([[3, 9, 4], [1, 2, 3], [7]])
    for turns: [Sampler.Turn] in [[.draw, .draw, .read(2)], [.read(39), .draw, .draw]] {
      let before = logits(sampler)
      let heard = try sampler.step(
        turns, temperature: temperature, topP: 0.5, measures: true,
        allow: { stream, mask in
          for token in mask.indices { mask[token] = isAllowed(token, stream) }
        },
        bias: isBiased
          ? { stream, logits in
            #expect(logits == before[stream])
            logits[21 - stream] += 50
          } : nil)
      for (stream, heard) in heard.enumerated() {
        let all = logSum(before[stream], temperature: temperature)
        let left = logSum(before[stream], temperature: temperature) { isAllowed($0, stream) }
        #expect(abs(Double(heard.logMass) - (left - all)) < 1e-5)
        let own = Double(before[stream][Int(heard.token)]) / Double(temperature)
        #expect(abs(Double(heard.logProbability) - (own - all)) < 1e-5)
        switch turns[stream] {
        case .read(let token): #expect(heard.token == token)
        default:
          #expect(isAllowed(Int(heard.token), stream))
          #expect(!isBiased || Int(heard.token) == 21 - stream)
        }
      }
    }
  }

  @Test func smallMassesAreNotLost() throws {
    var weights = Weights(zerosOf: NetworkShape(vocabulary: 4, embedding: 1, hidden: 1, layers: 1))
    weights["head.bias"] = [0, 300, -500, -500]
    let sampler = try Sampler(weights: weights, streams: 1, seed: 1, precision: .float32)
    try sampler.prime([[0]])
    let heard = try sampler.step(
      [.draw], temperature: 1, topP: 1, measures: true,
      allow: { _, mask in mask = [false, false, true, true] })[0]
    #expect(abs(heard.logMass - (-800 + log(2))) < 1e-3)
    #expect(abs(heard.logProbability - -800) < 1e-3)
    let (logits, mass) = sampler.masked([true, false, false, true], of: 0)
    #expect(logits == [0, -.infinity, -.infinity, -500])
    #expect(abs(mass - -300) < 1e-3)
  }

  @Test func withNothingMaskedNothingIsLost() throws {
    let sampler = try sampler()
    try sampler.prime([[3, 9, 4], [1, 2, 3], [7]])
    for measures in [false, true] {
      let heard = try sampler.step(
        [.draw, .draw, .read(1)], temperature: 0.7, topP: 0.9, measures: measures, allow: all)
      #expect(heard.map(\.logMass) == [0, 0, 0])
      #expect(heard.allSatisfy { ($0.logProbability < 0) == measures })
    }
    let (logits, mass) = sampler.masked(Array(repeating: true, count: 40), of: 1)
    #expect(logits == sampler.logits(of: 1) && mass == 0)
  }

  @Test func aMaskLeavesLogitsAndTheirMass() throws {
    let sampler = try sampler()
    try sampler.prime([[3, 9, 4], [1, 2, 3], [7]])
    for stream in 0..<3 {
      let before = sampler.logits(of: stream)
      let (logits, mass) = sampler.masked((0..<40).map { isAllowed($0, stream) }, of: stream)
      for token in 0..<40 {
        #expect(logits[token] == (isAllowed(token, stream) ? before[token] : -.infinity))
      }
      #expect(abs(Double(mass) - (logSum(logits) - logSum(before))) < 1e-5)
      #expect(sampler.logits(of: stream) == before)
    }
  }

  @Test(arguments: [false, true], [Float(0.5), 1])
  func whereNothingIsAllowedNothingIsDrawn(measures: Bool, topP: Float) throws {
    let sampler = try sampler()
    try sampler.prime([[3, 9, 4], [1, 2, 3], [7]])
    let generators = sampler.lanes.map(\.generator)
    let whole = sampler.logits(of: 0)
    let heard = try sampler.step(
      [.draw, .draw, .draw], temperature: 1, topP: topP, measures: measures,
      allow: { stream, mask in
        for token in mask.indices { mask[token] = stream == 2 || stream == 1 && token == 5 }
      }, bias: { stream, logits in if stream == 1 { logits[5] = -.infinity } })
    #expect(heard.map(\.logMass) == [-.infinity, -.infinity, 0])
    #expect(heard[0].token == 0 && heard[1].token == 0)
    #expect((heard[0].logProbability < 0) == measures)
    if measures {
      #expect(abs(Double(heard[0].logProbability) - (Double(whole[0]) - logSum(whole))) < 1e-5)
    }
    #expect(sampler.lanes.map { $0.generator } != generators)
    #expect(sampler.lanes[0].generator == generators[0])
    #expect(sampler.lanes[1].generator == generators[1])
    #expect(
      sampler.masked(Array(repeating: false, count: 40), of: 0).logMass == -.infinity)
    // And it goes on.
    #expect(logits(sampler).joined().allSatisfy { $0.isFinite })
    let tokens = try sampler.step(
      temperature: 1, topP: topP, active: [true, true, true],
      allow: { stream, mask in for token in mask.indices { mask[token] = stream > 0 } })
    #expect(tokens[0] == 0)
  }

  /// A mask is asked for anew at each step.
  @Test func whatIsNotWrittenIsAllowed() throws {
    let sampler = try sampler(streams: 1, hasContext: false)
    try sampler.prime([[3]])
    _ = try sampler.step(
      [.draw], temperature: 1, topP: 1, measures: false,
      allow: { _, mask in for token in mask.indices { mask[token] = token == 7 } })
    #expect(try Set(draw(sampler, count: 50)[0]).count > 5)
  }
}
