import Testing

@testable import Network

/// Two updates on two chunks, held against PyTorch's.
@Suite struct GoldenTests {
  private static let (vocabulary, hidden, layers, lanes, steps) = (11, 16, 3, 3, 7)

  private func run(_ goldens: Goldens) throws -> TrainingRun {
    var anchor = goldens.network
    anchor.values = anchor.values.map { $0 * 0.5 }
    var options = TrainingOptions()
    (options.lanes, options.steps) = (Self.lanes, Self.steps)
    options.dropout = 0
    options.weightDecay = 0.1
    options.anchor = 0.5
    options.precision = .float32
    return try TrainingRun(
      start: goldens.network, anchor: anchor, corpus: WrittenCorpus(sequences: [[1, 2]]),
      heldOut: [], options: options)
  }

  private func chunk(_ goldens: Goldens, _ index: Int) throws -> Chunk {
    let weights = try goldens("\(index).weights")
    return Chunk(
      inputs: try goldens("\(index).tokens").map { UInt16($0) },
      targets: zip(try goldens("\(index).targets"), weights).map {
        $1 == 0 ? CrossEntropy.ignored : Int32($0)
      },
      weights: weights, resets: index == 0 ? [0, 1, 2] : [1], sequences: [0, 0, 0],
      events: weights.count { $0 > 0 })
  }

  @Test func readsWhatPyTorchWrote() throws {
    let goldens = try Goldens()
    #expect(
      goldens.network.shape
        == NetworkShape(vocabulary: 11, embedding: 8, hidden: 16, layers: 3))
  }

  @Test func forwardAgreesOverTwoChunks() throws {
    let goldens = try Goldens()
    let stack = try LSTMStack(
      shape: goldens.network.shape, steps: Self.steps, lanes: Self.lanes, training: false,
      parameters: FloatBuffer(goldens.network.values), precision: .float32)
    var random = SeededGenerator(seed: 1)
    let chunk = try chunk(goldens, 0)
    try stack.runForward(chunk.inputs, dropout: 0, random: &random)
    #expect(distance(stack.logits.values, try goldens("0.logits")) < 1e-5)
    let nll = CrossEntropy.run(
      stack.logits, vocabulary: Self.vocabulary, targets: chunk.targets, gradientWeights: nil)
    for (place, value) in try goldens("0.nll").enumerated() {
      #expect(abs(nll[place] - (chunk.targets[place] < 0 ? 0 : value)) < 1e-5)
    }
    stack.carry()
    let state = try goldens("0.h") + goldens("0.c")
    #expect(distance(stack.state.values, state) < 1e-5)
  }

  @Test func twoWholeUpdatesAgree() throws {
    let goldens = try Goldens()
    let run = try run(goldens)
    for index in 0..<2 {
      run.options.clip = index == 0 ? 0.05 : 100
      let chunk = try chunk(goldens, index)
      let loss = try run.update(on: chunk, learningRate: 0.01)
      let nats = try zip(goldens("\(index).nll"), chunk.targets)
        .reduce(0.0) { $0 + ($1.1 < 0 ? 0 : Double($1.0)) }
      #expect(abs(loss.nats - nats) < 1e-4)
      #expect(loss.events == chunk.events)
      let norm = try #require(goldens("\(index).norm").first)
      #expect(abs(AdamW.norm(of: run.stack.gradients) - norm) < 1e-5 * norm + 1e-6)
      let gradients = run.stack.gradients.values
      let weights = run.parameters.values
      for (name, range) in run.shape.offsets {
        let gradient = try goldens("\(index).d.", tensor: name)
        #expect(distance(Array(gradients[range]), gradient) < 2e-6, "d\(name), update \(index)")
        let after = try goldens("\(index).after.", tensor: name)
        #expect(distance(Array(weights[range]), after) < 2e-5, "\(name), update \(index)")
      }
    }
  }
}
