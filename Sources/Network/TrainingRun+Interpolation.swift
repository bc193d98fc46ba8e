extension TrainingRun {
  /// The shares of the way that are tried first.
  private static let shares = [0.2, 0.4, 0.6, 0.8]
  /// How far on either side of the best of them it is tried again.
  private static let refinement = 0.1

  /// Goes only so far from the weights that a training started from toward those it led to as is best for
  /// the held-out sequences.
  ///
  /// Weights are tried along two straight lines: toward the best of the training, and toward its last,
  /// which may have gone too far in a good direction. With nothing better there, or nothing held out,
  /// the result stays what it was: it is never worse on the held-out sequences.
  ///
  /// Source: Wortsman et al., "Robust fine-tuning of zero-shot models", 2022.
  ///
  /// - Parameters:
  ///   - result: What ``run(savingTo:progress:)`` gave.
  ///   - start: The weights that this training started from.
  ///   - progress: Is told the looks at the held-out sequences done, and in all.
  /// - Throws: ``NetworkError``.
  public func interpolated(
    _ result: TrainingResult, from start: Weights, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> TrainingResult {
    guard !heldOut.isEmpty, let bestNLL = result.bestNLL else { return result }
    let ends = [result.best, result.last].filter { $0 != start }
    let lines = ends.first == ends.last ? Array(ends.prefix(1)) : ends
    guard !lines.isEmpty else { return result }
    var found = result
    found.share = result.best == start ? 0 : 1
    if let stop = try bestStop(
      from: start, toward: lines, for: heldOut, below: bestNLL, progress: progress)
    {
      (found.best, found.bestNLL, found.share) = (stop.weights, stop.nll, stop.share)
    }
    return found
  }

  /// How far to go from the weights that a training started from toward those it led to, as is best for
  /// sequences that it was not trained on: a share of the way, 0.1…1.
  ///
  /// - Parameters:
  ///   - sequences: What to judge by.
  ///   - result: What ``run(savingTo:progress:)`` gave.
  ///   - start: The weights that this training started from.
  /// - Throws: ``NetworkError``.
  public func bestShare(
    for sequences: [[UInt16]], of result: TrainingResult, from start: Weights
  ) throws -> Double {
    let nll = try nll(of: FloatBuffer(result.last.values), on: sequences)
    return try bestStop(from: start, toward: [result.last], for: sequences, below: nll)?.share ?? 1
  }

  private typealias Stop = (line: Int, share: Double, weights: Weights, nll: Double)

  /// The best stop on the lines from `start` to `ends`; `nil` when none has fewer nats per event than `nll`.
  private func bestStop(
    from start: Weights, toward ends: [Weights], for sequences: [[UInt16]], below nll: Double,
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> Stop? {
    let total = ends.count * Self.shares.count + 2
    var done = 0
    var best: Stop?
    func look(along line: Int, share: Double) throws {
      let weights = start.interpolated(toward: ends[line], share: Float(share))
      let found = try self.nll(of: FloatBuffer(weights.values), on: sequences)
      if found < best?.nll ?? nll { best = (line, share, weights, found) }
      done += 1
      progress(done, total)
    }
    for line in ends.indices {
      for share in Self.shares { try look(along: line, share: share) }
    }
    if let coarse = best {
      for side in [-Self.refinement, Self.refinement] {
        try look(along: coarse.line, share: coarse.share + side)
      }
    }
    return best
  }
}

extension TrainingResult {
  /// Goes back to so much of the way from the weights that the training started from.
  public mutating func goBack(to share: Double, from start: Weights) {
    best = start.interpolated(toward: best, share: Float(share))
    self.share = share
  }
}

extension Weights {
  /// The weights on the straight line from these to `end`, which has the same shape: 0 for these, 1 for
  /// `end`.
  func interpolated(toward end: Weights, share: Float) -> Weights {
    Weights(shape: shape, values: zip(values, end.values).map { $0 + share * ($1 - $0) })
  }
}
