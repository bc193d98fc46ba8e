// MARK: - Logits

extension Sampler {
  /// A stream's current logits, `[V]`: the sum of the networks' logits, each times its share; zeros before
  /// the stream has read any token.
  ///
  /// Not to be called during a step.
  public func logits(of stream: Int) -> [Float] {
    logits.values(at: stream * vocabulary, count: vocabulary)
  }

  /// A stream's logits `[V]`, −infinity where `mask` forbids a token, and ln of the probability mass of the
  /// allowed tokens at temperature 1; −infinity when none is allowed.
  ///
  /// Not to be called during a step.
  ///
  /// - Parameter mask: Which tokens are allowed, `[V]`.
  public func masked(
    _ mask: [Bool], of stream: Int
  ) -> (logits: [Float], logMass: Float) {
    precondition(mask.count == vocabulary, "a mask of \(mask.count) for \(vocabulary) tokens")
    let all = logits(of: stream)
    let shares = FloatBuffer(all)
    let whole = LogSum(
      takingSharesAt: shares.address(), allowing: mask.map { _ in true }, temperature: 1)
    shares.copy(vocabulary, from: logits.address(stream * vocabulary))
    let left = LogSum(takingSharesAt: shares.address(), allowing: mask, temperature: 1)
    return (
      zip(all, mask).map { $1 ? $0 : -.infinity }, left.logShare(of: whole)
    )
  }
}

// MARK: - Copies

extension Sampler {
  /// Makes stream i a copy of stream `parents[i]`, for all streams: with every network's state and context,
  /// the last token, the logits and the random generator.
  ///
  /// Copies draw the same tokens until ``reseed(_:seed:)`` gives them generators of their own.
  ///
  /// - Parameter parents: A stream for each stream; a stream that is no one's parent is lost.
  public func select(_ parents: [Int]) {
    precondition(parents.count == streams, "\(parents.count) parents for \(streams) streams")
    precondition(parents.allSatisfy { 0..<streams ~= $0 }, "got \(parents)")
    for network in networks { network.stack.select(parents) }
    if isMixed { logits.selectRows(parents, width: vocabulary) }
    let before = lanes.map(\.memory)
    for (lane, parent) in zip(lanes, parents) { lane.memory = before[parent] }
  }

  /// Makes every stream a copy of the same stream of another sampler of the same networks, but for the random
  /// generators, which stay.
  ///
  /// - Parameter other: A sampler of as many streams, of networks of the same shapes and shares.
  public func copy(_ other: Sampler) {
    precondition(
      streams == other.streams && vocabulary == other.vocabulary && isMixed == other.isMixed
        && networks.map(\.stack.shape) == other.networks.map(\.stack.shape),
      "samplers of different networks")
    for (network, theirs) in zip(networks, other.networks) {
      network.stack.copyState(of: theirs.stack)
    }
    if isMixed { logits.copy(logits.count, from: other.logits.address()) }
    for (lane, theirs) in zip(lanes, other.lanes) {
      let generator = lane.generator
      lane.memory = theirs.memory
      lane.generator = generator
    }
  }

  /// Gives a stream the generator that it starts with in a sampler of `seed`, so that copies diverge.
  public func reseed(_ stream: Int, seed: UInt64) { reseed(stream, seed: seed, as: stream) }

  /// Gives a stream the generator that stream `other` starts with in a sampler of `seed`.
  public func reseed(_ stream: Int, seed: UInt64, as other: Int) {
    lanes[stream].generator = SeededGenerator(seed: seed, stream: other)
  }
}
