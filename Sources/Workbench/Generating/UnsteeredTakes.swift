import Disk
import Foundation
import Library
import MIDI
import Network
import Player
import Work

/// Takes that a model plays when nothing steers it, always the same: what a gauge is tried on and measured by.
struct UnsteeredTakes {
  /// The networks that play.
  var networks: [SampledNetwork]
  /// What tells the networks from others: the digests of their weights and the shares that they have.
  var model: String
  /// How they play; the number of takes counts, too.
  var settings: TakeSettings
  /// The events that the takes go on from.
  var primer: [UInt16] = []
  /// The keys that the musician has played, beyond which the takes do not go.
  var playedKeys: ClosedRange<Int>?

  /// How many takes a gauge is measured by: their standard deviation is then known to within a tenth.
  static let count = 64
  /// The seed of their draws: far from those that a person types.
  static let seed: UInt64 = 0x6A75_6765

  /// The SHA-256 of all that they depend on.
  func key() -> String {
    var parts = [
      "unsteered takes, 1", model, "\(settings.count) takes of \(settings.seconds) s",
      "\(settings.temperature) \(settings.topP) \(settings.precision.map { "\($0)" } ?? "fastest")",
      "\(playedKeys.map { "\($0.lowerBound)-\($0.upperBound)" } ?? "")",
    ]
    parts.append(primer.map(String.init).joined(separator: " "))
    return Digest.sha256(of: Array(parts.joined(separator: "\n").utf8))
  }

  /// Half as many takes as a competition pulls them, from which the mean is known to within a fifth of a spread.
  ///
  /// - Throws: ``WorkbenchError/stopped(doing:)``, `NetworkError`, and what the competition's judge throws.
  func pulled(by competition: Competition, progress: @escaping ProgressHandler) throws -> [[Note]] {
    var pilot = self
    pilot.settings.count = max(1, settings.count / 2)
    guard
      let takes = try pilot.play(
        "trying how far the gauge pulls", seed: Self.seed &+ 1, competition: competition,
        progress: progress)
    else { throw WorkbenchError.stopped(doing: "measure the gauge") }
    return takes
  }

  /// Plays them, or others by another seed or a competition; `nil` if that was stopped.
  ///
  /// - Throws: `NetworkError`, `WrongValue`.
  func play(
    _ activity: String = "playing unsteered takes for the gauge", seed: UInt64 = seed,
    competition: Competition = .none, progress: @escaping ProgressHandler
  ) throws -> [[Note]]? {
    try TakeStreams(
      of: networks, settings, after: primer,
      constraints: [KeyRange(after: primer, played: playedKeys)],
      competition: competition, seed: seed
    ).generateWhole(activity: activity, progress: progress)?
    .map(\.notes)
  }
}
