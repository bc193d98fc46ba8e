package import Network
package import Player
package import Work

extension [[UInt16]] {
  /// The beginnings of takes, of each the same share, so that they have about `events` events at most together.
  func beginnings(atMost events: Int) -> [[UInt16]] {
    let share = Double(events) / Double(Swift.max(1, reduce(0) { $0 + $1.count }))
    guard share < 1 else { return self }
    return map { take in [UInt16](take.prefix(Swift.max(2, Int(Double(take.count) * share)))) }
  }
}

/// How well models predict takes, each read whole from a silent start.
extension Model {
  /// How well the model predicts takes.
  ///
  /// A stop is passed over: half an answer would be taken for a whole one.
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

  /// What takes leave behind in the model; a stop is passed over.
  ///
  /// - Throws: `NetworkError`.
  package func impressions(
    of takes: [[UInt16]], activity: String, progress: @escaping ProgressHandler
  ) throws -> [SequenceImpression] {
    try Evaluator(weights: weights, precision: precision)
      .impressions(of: takes.map(form.sequence), progress: counter(of: activity, for: progress))
  }

  /// Tells `progress` of events done and in all, and goes on whatever it says.
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
