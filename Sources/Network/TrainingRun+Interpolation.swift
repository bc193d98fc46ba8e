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
    let total = lines.count * Self.shares.count + 2
    var done = 0
    var found = result
    found.share = result.best == start ? 0 : 1
    var best = (nll: bestNLL, line: 0)
    func look(along line: Int, share: Double) throws {
      let weights = start.interpolated(toward: lines[line], share: Float(share))
      let nll = try nll(of: weights)
      if nll < best.nll {
        best = (nll, line)
        (found.best, found.bestNLL, found.share) = (weights, nll, share)
      }
      done += 1
      progress(done, total)
    }
    for line in lines.indices {
      for share in Self.shares { try look(along: line, share: share) }
    }
    if let share = found.share, best.nll < bestNLL {
      for side in [-Self.refinement, Self.refinement] {
        try look(along: best.line, share: share + side)
      }
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
    func look(at share: Double) throws -> (share: Double, nll: Double) {
      let weights = start.interpolated(toward: result.last, share: Float(share))
      return (share, try nll(of: weights, on: sequences))
    }
    var best = try look(at: 1)
    for share in Self.shares {
      let other = try look(at: share)
      if other.nll < best.nll { best = other }
    }
    for share in [best.share - Self.refinement, best.share + Self.refinement] where share < 1 {
      let other = try look(at: share)
      if other.nll < best.nll { best = other }
    }
    return best.share
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
