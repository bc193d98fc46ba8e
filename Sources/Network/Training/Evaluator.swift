/// How well a network predicts a sequence.
public struct SequenceScore: Hashable, Sendable {
  /// Negative log-likelihood in nats, summed over `events`.
  public var nats: Double
  /// How many events were predicted: all but the first.
  public var events: Int
}

/// A sequence's score and the mean of the network's hidden states over it.
public struct SequenceImpression: Hashable, Sendable {
  /// How well the sequence was predicted.
  public var score: SequenceScore
  /// The mean of the last layer's output over the events read, all but the last one,
  /// `[H]`; zeros if none was read.
  public var meanOutput: [Float]
}

/// Measures how well a network predicts sequences, each whole and from the initial state.
public struct Evaluator {
  /// The most lanes (batch rows); more would not be faster.
  public static let mostLanes = 16
  /// Steps of a chunk, `T`.
  public static let steps = 128

  private let shape: NetworkShape
  private let parameters: FloatBuffer
  private let precision: Precision

  /// An evaluator of `weights`.
  ///
  /// - Throws: ``NetworkError/precision(_:)`` when this processor does not support the precision.
  public init(weights: Weights, precision: Precision = .best) throws {
    try self.init(FloatBuffer(weights.values), of: weights.shape, precision: precision)
  }

  /// An evaluator of weights in a buffer, without a copy; they must not change while it reads.
  init(_ parameters: FloatBuffer, of shape: NetworkShape, precision: Precision) throws {
    try precision.check()
    self.shape = shape
    self.parameters = parameters
    self.precision = precision
  }

  /// Scores sequences, side by side.
  ///
  /// - Parameter progress: Gets the number of events done and in all; returns false to stop, and then events
  ///   not read yet are not counted.
  /// - Throws: ``NetworkError/context(needed:given:)`` before anything is read, when a sequence's
  ///   context does not fit the network; ``NetworkError/badToken(token:vocabulary:)``.
  public func score(
    _ sequences: [TokenSequence], progress: (Int, Int) -> Bool = { _, _ in true }
  ) throws -> [SequenceScore] {
    var scores = Array(repeating: SequenceScore(nats: 0, events: 0), count: sequences.count)
    try read(sequences, progress: progress) { sequence, nats, _, _ in
      scores[sequence].nats += Double(nats)
      scores[sequence].events += 1
    }
    return scores
  }

  /// Nats per event over all sequences; 0 when they have no events.
  ///
  /// - Throws: As ``score(_:progress:)``.
  func nll(of sequences: [TokenSequence]) throws -> Double {
    let scores = try score(sequences)
    let events = scores.reduce(0) { $0 + $1.events }
    return scores.reduce(0) { $0 + $1.nats } / Double(max(1, events))
  }

  /// Scores sequences as ``score(_:progress:)`` does, and averages the last layer's output over each.
  ///
  /// - Parameter progress: As for ``score(_:progress:)``.
  /// - Throws: As ``score(_:progress:)``.
  public func impressions(
    of sequences: [TokenSequence], progress: (Int, Int) -> Bool = { _, _ in true }
  ) throws -> [SequenceImpression] {
    var scores = Array(repeating: SequenceScore(nats: 0, events: 0), count: sequences.count)
    // [H] for each sequence.
    var sums = sequences.map { _ in Array(repeating: 0.0, count: shape.hidden) }
    try read(sequences, progress: progress) { sequence, nats, stack, row in
      scores[sequence].nats += Double(nats)
      scores[sequence].events += 1
      stack.addOutput(ofRow: row, to: &sums[sequence])
    }
    return zip(scores, sums).map { score, sums in
      SequenceImpression(
        score: score, meanOutput: sums.map { Float($0 / Double(max(1, score.events))) })
    }
  }

  /// Scores each event but the first of each sequence, in nats.
  ///
  /// - Parameter progress: As for ``score(_:progress:)``.
  /// - Throws: As ``score(_:progress:)``.
  public func eventScores(
    of sequences: [TokenSequence], progress: (Int, Int) -> Bool = { _, _ in true }
  ) throws -> [[Float]] {
    var scores = sequences.map { _ in [Float]() }
    try read(sequences, progress: progress) { sequence, nats, _, _ in
      scores[sequence].append(nats)
    }
    return scores
  }

  /// Calls `take` for each predicted event of each sequence, in order within a sequence: with the sequence's
  /// index, the event's nats, the stack, and the row of the input that precedes the event.
  private func read(
    _ sequences: [TokenSequence], progress: (Int, Int) -> Bool,
    take: (Int, Float, LSTMStack, Int) -> Void
  ) throws {
    for sequence in sequences { try shape.check(sequence) }
    let counts = sequences.map(\.tokens.count)
    // The longest first, so that no long sequence is left for a single lane at the end.
    let order = sequences.indices.filter { counts[$0] > 1 }
      .sorted { (counts[$1], $0) < (counts[$0], $1) }
    guard !order.isEmpty else { return }
    let lanes = min(Self.mostLanes, order.count)
    let stack = try LSTMStack(
      shape: shape, steps: Self.steps, lanes: lanes, training: false, parameters: parameters,
      precision: precision)
    var batcher = try LaneBatcher(
      PlainCorpus(sequences: order.map { sequences[$0] }), lanes: lanes, steps: Self.steps,
      passes: 1, seed: 0, shuffles: false, telling: shape)
    let total = order.reduce(0) { $0 + counts[$1] - 1 }
    var done = 0
    var random = SeededGenerator(seed: 0)
    while let chunk = try batcher.next() {
      for lane in chunk.resets { stack.reset(lane: lane) }
      try stack.runForward(chunk.inputs, context: chunk.context, dropout: 0, random: &random)
      let losses = CrossEntropy.run(
        stack.logits, vocabulary: stack.shape.vocabulary, targets: chunk.targets,
        gradientWeights: nil)
      for (row, loss) in losses.enumerated() where chunk.targets[row] >= 0 {
        guard let sequence = chunk.sequences[row % lanes] else { continue }
        take(order[sequence], loss, stack, row)
      }
      stack.carry()
      done += chunk.events
      guard progress(done, total) else { break }
    }
  }
}
