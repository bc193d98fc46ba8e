import Network
package import Work

extension TakeStreams {
  /// Plays until all takes are complete, or until `progress` says stop.
  ///
  /// - Parameter activity: What is being done, for the progress.
  /// - Throws: `NetworkError`.
  package func play(activity: String = "generating", progress: ProgressHandler) throws
    -> [GeneratedTake]
  {
    let clock = ContinuousClock()
    let start = clock.now
    while isPlaying {
      try step()
      let goesOn = progress(
        WorkProgress(
          activity: activity, done: seconds, total: totalSeconds, unit: "seconds of music",
          seconds: (clock.now - start) / .seconds(1)))
      guard goesOn else { break }
    }
    return takes
  }
}
