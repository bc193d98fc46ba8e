package import MIDI
package import Network
import Player
package import Work

/// A sample of a model's playing, to judge it by.
package enum ModelSample {
  /// Seconds of each take.
  private static let secondsOfTake = 30.0
  /// The seed: always the same, so that two models differ by their weights alone.
  package static let seed: UInt64 = 20

  /// Generates takes of about half a minute from silence, side by side, at temperature
  /// 1 and with a fixed seed.
  ///
  /// A request to stop is ignored.
  ///
  /// - Throws: `NetworkError`.
  package static func notes(
    by weights: Weights, minutes: Double, activity: String, seed: UInt64 = seed,
    progress: @escaping ProgressHandler
  ) throws -> [[Note]] {
    var settings = TakeSettings()
    settings.count = max(4, min(256, Int((minutes * 60 / secondsOfTake).rounded())))
    settings.seconds = max(1, minutes * 60 / Double(settings.count))
    return try TakeStreams(by: weights, settings, seed: seed).generate(activity: activity) { now in
      _ = progress(now)
      return true
    }.map(\.notes)
  }
}
