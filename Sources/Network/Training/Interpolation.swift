/// Interpolates between the weights that training started from and those that it ended with, as far as is
/// best on held-out sequences.
///
/// It needs only the run's result, so the run and its memory may be freed before.
///
/// Source: Wortsman et al., "Robust fine-tuning of zero-shot models", 2022.
public struct Interpolation: Sendable {
  private let sequences: [TokenSequence]
  private let precision: Precision

  /// The coarse grid of interpolation factors.
  private static let shares = [0.2, 0.4, 0.6, 0.8]
  /// The distance of the two factors that are tried around the best of the grid.
  private static let refinement = 0.1

  /// An interpolation that is evaluated on the held-out `sequences`.
  ///
  /// - Parameter precision: The precision of the evaluation.
  public init(judgedBy sequences: [TokenSequence], precision: Precision = .best) {
    self.sequences = sequences.filter { $0.tokens.count > 1 }
    self.precision = precision
  }

  /// Searches two straight lines from `start` for better weights: toward the best weights of the training,
  /// and toward its last, which may have gone too far in a good direction.
  ///
  /// If none is better, or there are no sequences, the result is returned unchanged; so it is never worse on
  /// the sequences.
  ///
  /// - Parameters:
  ///   - result: The result of ``TrainingRun/run(savingTo:progress:)`` with the same held-out sequences.
  ///   - start: The weights that this training started from.
  ///   - progress: Gets the number of evaluations done and in all.
  /// - Throws: ``NetworkError``.
  public func applied(
    to result: TrainingResult, from start: Weights, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> TrainingResult {
    guard !sequences.isEmpty, let bestNLL = result.bestNLL else { return result }
    let ends = [result.best, result.last].filter { $0 != start }
    let lines = ends.first == ends.last ? Array(ends.prefix(1)) : ends
    guard !lines.isEmpty else { return result }
    var found = result
    found.share = result.best == start ? 0 : 1
    if let stop = try bestStop(from: start, toward: lines, below: bestNLL, progress: progress) {
      found.best = start.interpolated(toward: lines[stop.line], share: Float(stop.share))
      (found.bestNLL, found.share) = (stop.nll, stop.share)
    }
    return found
  }

  /// The best factor of interpolation from `start` to the training's last weights, 0.1…1.
  ///
  /// - Parameters:
  ///   - result: The result of ``TrainingRun/run(savingTo:progress:)``.
  ///   - start: The weights that this training started from.
  /// - Throws: ``NetworkError``.
  public func bestShare(of result: TrainingResult, from start: Weights) throws -> Double {
    let nll = try nll(of: FloatBuffer(result.last.values), start.shape)
    return try bestStop(from: start, toward: [result.last], below: nll)?.share ?? 1
  }

  private struct Stop {
    var line: Int
    var share: Double
    var nll: Double
  }

  /// The best point tried on the lines from `start` to `ends`; `nil` when none has fewer nats per event than
  /// `nll`.
  private func bestStop(
    from start: Weights, toward ends: [Weights], below nll: Double,
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> Stop? {
    let total = ends.count * Self.shares.count + 2
    var done = 0
    var best: Stop?
    let place = FloatBuffer(count: start.values.count)
    func look(along line: Int, share: Double) throws {
      place.interpolate(from: start.values, toward: ends[line].values, share: Float(share))
      let found = try self.nll(of: place, start.shape)
      if found < best?.nll ?? nll { best = Stop(line: line, share: share, nll: found) }
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

  private func nll(of weights: FloatBuffer, _ shape: NetworkShape) throws -> Double {
    try Evaluator(weights, of: shape, precision: precision).nll(of: sequences)
  }
}

extension TrainingResult {
  /// Replaces ``best`` by the weights at `share` of the way from `start` to it.
  public mutating func goBack(to share: Double, from start: Weights) {
    best = start.interpolated(toward: best, share: Float(share))
    self.share = share
  }
}

extension Weights {
  /// These weights, moved by `factor` times the way from one to another.
  public func moved(by factor: Float, from: Weights, to: Weights) -> Weights {
    precondition(from.shape == shape && to.shape == shape, "a move between several shapes")
    var moved = values
    for index in moved.indices { moved[index] += factor * (to.values[index] - from.values[index]) }
    return Weights(shape: shape, values: moved)
  }

  /// The mean of one or more weights of the same shape.
  public static func mean(of all: [Weights]) -> Weights {
    precondition(!all.isEmpty, "a mean of no weights")
    var sum = all[0].values
    for other in all.dropFirst() {
      precondition(other.shape == all[0].shape, "a mean of weights of several shapes")
      for index in sum.indices { sum[index] += other.values[index] }
    }
    let share = 1 / Float(all.count)
    return Weights(shape: all[0].shape, values: sum.map { $0 * share })
  }

  /// The squared Euclidean distance to weights of the same shape.
  public func squaredDistance(to other: Weights) -> Double {
    precondition(other.shape == shape, "a distance between weights of two shapes")
    return values.indices.reduce(0.0) {
      let difference = Double(values[$1] - other.values[$1])
      return $0 + difference * difference
    }
  }

  /// Linear interpolation toward `end`, which has the same shape: 0 gives these weights, 1 gives `end`, and a
  /// share above 1 extrapolates.
  public func interpolated(toward end: Weights, share: Float) -> Weights {
    let place = FloatBuffer(count: values.count)
    place.interpolate(from: values, toward: end.values, share: share)
    return Weights(shape: shape, values: place.values)
  }
}

extension FloatBuffer {
  /// Fills the buffer with start + share · (end − start).
  fileprivate func interpolate(from start: [Float], toward end: [Float], share: Float) {
    precondition(start.count == count && end.count == count)
    for index in 0..<count {
      self[index] = start[index] + share * (end[index] - start[index])
    }
  }
}
