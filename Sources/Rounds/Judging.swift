package import Network
package import Player
package import Work

extension [[UInt16]] {
  /// Cuts all takes to the same fraction of their length, so that together they have at
  /// most about `events` events.
  func beginnings(atMost events: Int) -> [[UInt16]] {
    let share = Double(events) / Double(Swift.max(1, reduce(0) { $0 + $1.count }))
    guard share < 1 else { return self }
    return map { take in [UInt16](take.prefix(Swift.max(2, Int(Double(take.count) * share)))) }
  }
}

/// How well models predict takes, each read whole from the initial state.
extension Model {
  /// Scores how well the model predicts takes.
  ///
  /// A request to stop is ignored: a partial result would be taken for a complete one.
  ///
  /// - Parameter activity: What is being done, for the progress.
  /// - Throws: `NetworkError`.
  package func scores(
    of takes: [[UInt16]], activity: String, progress: @escaping ProgressHandler
  ) throws -> [TakeScore] {
    try Evaluator(weights: weights, precision: precision)
      .score(takes.map(form.sequence), progress: counter(of: activity, for: progress))
      .map { TakeScore(nats: $0.nats, events: $0.events) }
  }

  /// Scores each event but the first of each take, in nats; a request to stop is ignored.
  ///
  /// - Throws: `NetworkError`.
  package func eventScores(
    of takes: [[UInt16]], activity: String, progress: @escaping ProgressHandler
  ) throws -> [[Float]] {
    try Evaluator(weights: weights, precision: precision)
      .eventScores(of: takes.map(form.sequence), progress: counter(of: activity, for: progress))
  }

  /// Scores takes and averages the model's hidden states over each; a request to stop is ignored.
  ///
  /// - Throws: `NetworkError`.
  package func impressions(
    of takes: [[UInt16]], activity: String, progress: @escaping ProgressHandler
  ) throws -> [SequenceImpression] {
    try Evaluator(weights: weights, precision: precision)
      .impressions(of: takes.map(form.sequence), progress: counter(of: activity, for: progress))
  }

  /// A callback that reports events done and in all to `progress`, and never stops.
  private func counter(
    of activity: String, for progress: @escaping ProgressHandler
  ) -> (Int, Int) -> Bool {
    let clock = ContinuousClock()
    let start = clock.now
    return { done, total in
      _ = progress(
        WorkProgress(
          activity: activity, done: Double(done), total: Double(total), unit: "events",
          seconds: (clock.now - start) / .seconds(1)))
      return true
    }
  }
}
