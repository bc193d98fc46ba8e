import Testing

@testable import Network

/// Gradients held against finite differences, and what weights and padding do to them.
@Suite struct GradientTests {
  // Sizes that fit no vector, an embedding of another width than the layers, and one layer or three.
  private static let shapes = [
    NetworkShape(vocabulary: 7, embedding: 5, hidden: 9, layers: 1),
    NetworkShape(vocabulary: 13, embedding: 20, hidden: 17, layers: 3),
    // And one that does.
    NetworkShape(vocabulary: 11, embedding: 12, hidden: 16, layers: 2),
    // Two that are told more.
    NetworkShape(
      vocabulary: 13, embedding: 20, hidden: 17, layers: 2, context: Counting().featureCount,
      filters: Counting().filterCount),
    NetworkShape(
      vocabulary: 11, embedding: 12, hidden: 16, layers: 1, context: Counting().featureCount,
      filters: Counting().filterCount),
  ]

  private struct Batch {
    var tokens: [UInt16]
    var targets: [Int32]
    var weights: [Float]
    var context: ContextRows?
  }

  private func batch(_ shape: NetworkShape, count: Int, seed: UInt64) -> Batch {
    var random = SeededGenerator(seed: seed)
    var batch = Batch(
      tokens: (0..<count).map { _ in UInt16.random(in: 0..<UInt16(shape.vocabulary), using: &random)
      },
      targets: (0..<count).map { _ in Int32.random(in: 0..<Int32(shape.vocabulary), using: &random)
      },
      weights: (0..<count).map { _ in Float.random(in: 0...1, using: &random) })
    if shape.context > 0 { batch.context = Counting.rows(batch.tokens, lanes: 2, shape) }
    return batch
  }

  private func stack(_ weights: Weights) throws -> LSTMStack {
    try LSTMStack(
      shape: weights.shape, steps: 5, lanes: 2, training: true,
      parameters: FloatBuffer(weights.values), precision: .float32)
  }

  /// Σ w · nll with the dropout that seed 3 draws.
  private func loss(_ stack: LSTMStack, _ batch: Batch, dropout: Float) throws -> Double {
    var random = SeededGenerator(seed: 3)
    try stack.runForward(
      batch.tokens, context: batch.context, dropout: dropout, random: &random)
    let nll = CrossEntropy.run(
      stack.logits, vocabulary: stack.shape.vocabulary, targets: batch.targets,
      gradientWeights: nil)
    return zip(nll, batch.weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  private func gradients(_ stack: LSTMStack, _ batch: Batch, dropout: Float) throws -> [Float] {
    var random = SeededGenerator(seed: 3)
    try stack.runForward(
      batch.tokens, context: batch.context, dropout: dropout, random: &random)
    _ = CrossEntropy.run(
      stack.logits, vocabulary: stack.shape.vocabulary, targets: batch.targets,
      gradientWeights: batch.weights)
    try stack.runBackward()
    return stack.gradients.values
  }

  @Test(arguments: shapes, [Float(0), 0.4])
  func gradientsAreSlopes(shape: NetworkShape, dropout: Float) throws {
    let weights = Weights(shape: shape, seed: 4)
    let batch = batch(shape, count: 10, seed: 5)
    let stack = try stack(weights)
    let gradients = try gradients(stack, batch, dropout: dropout)
    var random = SeededGenerator(seed: 6)
    for (name, range) in shape.offsets {
      // Along its own gradient a tensor's slope is the gradient's length.
      let length = range.reduce(Float(0)) { $0 + gradients[$1] * gradients[$1] }.squareRoot()
      try #require(length > 1e-3, "\(name) has no gradient")
      let direction = range.map { gradients[$0] / length + 0.1 * random.nextNormal() }
      let expected = zip(range, direction).reduce(0.0) {
        $0 + Double(gradients[$1.0]) * Double($1.1)
      }
      let step: Float = 0.01
      func move(_ factor: Float) throws -> Double {
        for (index, part) in zip(range, direction) {
          stack.parameters[index] = weights.values[index] + factor * part
        }
        try stack.refresh()
        return try loss(stack, batch, dropout: dropout)
      }
      let slope = try (move(step) - move(-step)) / Double(2 * step)
      _ = try move(0)
      #expect(abs(slope - expected) < 0.02 * abs(expected) + 2e-3, "\(name)")
    }
  }

  @Test func paddingGivesNothing() throws {
    let shape = Self.shapes[1]
    let stack = try stack(Weights(shape: shape, seed: 4))
    var batch = batch(shape, count: 10, seed: 5)
    for place in [7, 8, 9] {
      batch.targets[place] = CrossEntropy.ignored
      batch.weights[place] = 0
    }
    let plain = try gradients(stack, batch, dropout: 0)
    // Places 7 and 9 are lane 1's last two steps, 8 is lane 0's last one.
    for place in [7, 8, 9] { batch.tokens[place] = (batch.tokens[place] + 1) % 13 }
    #expect(try gradients(stack, batch, dropout: 0) == plain)
  }

  @Test func weightsCountInProportion() throws {
    let shape = Self.shapes[1]
    let stack = try stack(Weights(shape: shape, seed: 4))
    var batch = batch(shape, count: 10, seed: 5)
    let once = try gradients(stack, batch, dropout: 0)
    batch.weights = batch.weights.map { $0 * 2 }
    #expect(distance(try gradients(stack, batch, dropout: 0), once.map { $0 * 2 }) < 1e-6)
  }

  @Test func dropoutKeepsTheMeanAndLeavesOutItsShare() throws {
    let shape = NetworkShape(vocabulary: 7, embedding: 8, hidden: 64, layers: 1)
    let stack = try stack(Weights(shape: shape, seed: 4))
    let tokens = Array(repeating: UInt16(1), count: 10)
    var random = SeededGenerator(seed: 9)
    try stack.runForward(tokens, dropout: 0, random: &random)
    let plain = stack.logits.values
    var sum = Array(repeating: Float(0), count: plain.count)
    for _ in 0..<400 {
      try stack.runForward(tokens, dropout: 0.5, random: &random)
      let values = stack.logits.values
      #expect(values != plain)
      for index in sum.indices { sum[index] += values[index] / 400 }
    }
    #expect(distance(sum, plain) < 0.05)
  }
}
