// MARK: - What streams would draw from

extension Sampler {
  /// What a stream would draw from now, `[V]`: the networks' logits, each multiplied by its share and
  /// added up; zeros before it has heard anything.
  ///
  /// Not to be called during a step.
  public func logits(of stream: Int) -> [Float] {
    logits.values(at: stream * vocabulary, count: vocabulary)
  }

  /// A stream's logits where `mask` allows, −infinity elsewhere, `[V]`, and ln of the share of the
  /// probability that the mask leaves at temperature 1; −infinity where it allows nothing.
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
  /// Stream i goes on from where stream `parents[i]` is: with the hidden state of every layer of every
  /// network, what tells them of it and has heard as much, what it heard last, its logits, and its
  /// random generator.
  ///
  /// Copies draw the same from the same, until ``reseed(_:seed:)`` parts them.
  ///
  /// - Parameter parents: A stream for each stream; one that no other goes on from is gone.
  public func select(_ parents: [Int]) {
    precondition(parents.count == streams, "\(parents.count) parents for \(streams) streams")
    precondition(parents.allSatisfy { 0..<streams ~= $0 }, "got \(parents)")
    for voice in voices { voice.stack.select(parents) }
    if isMixed { logits.selectRows(parents, width: vocabulary) }
    let before = lanes.map(\.memory)
    for (lane, parent) in zip(lanes, parents) { lane.memory = before[parent] }
  }

  /// Gives a stream a generator of its own, so that copies part ways: the one that this stream has at
  /// first in a sampler of `seed`.
  public func reseed(_ stream: Int, seed: UInt64) { reseed(stream, seed: seed, as: stream) }

  /// Gives a stream the generator that another stream has at first in a sampler of `seed`.
  public func reseed(_ stream: Int, seed: UInt64, as other: Int) {
    lanes[stream].generator = SeededGenerator(seed: seed, stream: other)
  }
}
