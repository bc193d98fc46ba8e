import Testing

@testable import Network

/// What 16 bits change, where there are instructions for them.
@Suite struct PrecisionTests {
  private static let shape = NetworkShape(vocabulary: 30, embedding: 24, hidden: 32, layers: 3)

  private func tokens(_ count: Int) -> [UInt16] {
    var random = SeededGenerator(seed: 8)
    return (0..<count).map { _ in UInt16.random(in: 0..<30, using: &random) }
  }

  /// Logits and gradients of one chunk of 12 steps of 3 lanes after another.
  private func pass(_ precision: Precision) throws -> (logits: [Float], gradients: [Float]) {
    let stack = try LSTMStack(
      shape: Self.shape, steps: 12, lanes: 3, training: true,
      parameters: FloatBuffer(Weights(shape: Self.shape, seed: 4).values), precision: precision)
    var random = SeededGenerator(seed: 3)
    let tokens = tokens(36)
    try stack.runForward(tokens, dropout: 0, random: &random)
    stack.carry()
    try stack.runForward(tokens.reversed(), dropout: 0, random: &random)
    let logits = stack.logits.values
    _ = CrossEntropy.run(
      stack.logits, vocabulary: 30, targets: tokens.map(Int32.init),
      gradientWeights: tokens.map { _ in 1.0 / 36 })
    try stack.runBackward()
    return (logits, stack.gradients.values)
  }

  /// The length of the difference, of the length of `one`.
  private func difference(_ one: [Float], _ other: [Float]) -> Float {
    let length = one.reduce(0) { $0 + $1 * $1 }
    let distance = zip(one, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (distance / length).squareRoot()
  }

  @Test(.enabled(if: Precision.bfloat16.isAvailable, "no bfloat16 on this processor"))
  func sixteenBitsAreNearThirtyTwo() throws {
    let (exact, near) = (try pass(.float32), try pass(.bfloat16))
    // bfloat16 has 8 bits of precision: each number is off by up to 2⁻⁹ of itself.
    #expect(difference(exact.logits, near.logits) < 0.02)
    #expect(difference(exact.logits, near.logits) > 1e-6, "nothing was rounded")
    for (name, range) in Self.shape.offsets {
      let difference = difference(
        Array(exact.gradients[range]), Array(near.gradients[range]))
      #expect(difference < 0.05, "\(name)")
    }
  }

  @Test(.enabled(if: Precision.bfloat16.isAvailable, "no bfloat16 on this processor"))
  func sixteenBitsLearnAsWell() throws {
    var options = TrainingOptions()
    options.passes = 6
    options.lanes = 2
    options.steps = 16
    options.dropout = 0
    let tokens = (0..<400).map { UInt16($0 * $0 / 3 % 30) }
    let sequences = [TokenSequence(tokens), TokenSequence(tokens.reversed())]
    func learn(_ precision: Precision) throws -> TrainingResult {
      options.precision = precision
      return try TrainingRun(
        start: Weights(shape: Self.shape, seed: 4), anchor: nil,
        corpus: PlainCorpus(sequences: sequences), heldOut: [sequences[0]], options: options
      ).run { _ in true }
    }
    let (exact, near) = (try learn(.float32), try learn(.bfloat16))
    let (start, end) = try (#require(exact.startNLL), #require(exact.bestNLL))
    #expect(end < start - 0.05)
    #expect(abs(end - (try #require(near.bestNLL))) < 0.02)
    #expect(try learn(.bfloat16).best.values == near.best.values)
  }

  @Test(.enabled(if: !Precision.bfloat16.isAvailable, "this processor has bfloat16"))
  func whatTheProcessorHasNotIsRefused() {
    #expect(Precision.best == .float32)
    #expect(throws: NetworkError.precision("bfloat16")) {
      try Evaluator(weights: Weights(shape: Self.shape, seed: 4), precision: .bfloat16)
    }
  }
}
