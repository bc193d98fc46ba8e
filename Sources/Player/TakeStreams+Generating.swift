import Network
package import Work

extension TakeStreams {
  /// Generates until all takes are complete or `progress` returns false.
  ///
  /// - Parameter activity: What is being done, for the progress.
  /// - Throws: `NetworkError`, and what the competition's judge throws.
  package func generate(activity: String = "generating", progress: ProgressHandler) throws
    -> [GeneratedTake]
  {
    try run(activity, progress)
    return try takes()
  }

  /// Generates until all takes are complete; `nil` if `progress` returned false before.
  ///
  /// - Parameter activity: What is being done, for the progress.
  /// - Throws: `NetworkError`, and what the competition's judge throws.
  package func generateWhole(activity: String, progress: ProgressHandler) throws
    -> [GeneratedTake]?
  {
    try run(activity, progress)
    return isGenerating ? nil : try takes()
  }

  private func run(_ activity: String, _ progress: ProgressHandler) throws {
    let clock = ContinuousClock()
    let start = clock.now
    while isGenerating {
      try step()
      let goesOn = progress(
        WorkProgress(
          activity: activity, done: seconds, total: totalSeconds, unit: "seconds of music",
          seconds: (clock.now - start) / .seconds(1)))
      guard goesOn else { break }
    }
  }
}
