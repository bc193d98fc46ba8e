import Foundation
import MIDI
import Performance
import Player

/// The gauges that need no program.
///
/// Each is drawn toward the ordinary where there are few notes, so that silence never wins.
enum BuiltInGauge: String, CaseIterable, Sendable {
  /// Onsets a second.
  case density
  /// The mean key, 0…127.
  case register
  /// The mean velocity, 1…127.
  case loudness
  /// The binary logarithm of sounding length over the time to the next onset.
  case touch
  /// The share of different four-note figures.
  case variety
  /// Minus the mean distance to the reference in the nine measures of style, −1…0.
  case like

  /// The version of what they give; to be raised whenever that changes.
  static let version = 1

  /// What it gives for music.
  ///
  /// - Parameter reference: What ``like`` compares with.
  func value(of music: GaugedMusic, reference: StyleMeasures?) -> Double {
    let notes = music.notes
    let count = Double(notes.count)
    /// A mean as if there were four more notes of an ordinary value.
    func mean(_ value: (Note) -> UInt8, ordinary: Double) -> Double {
      (notes.reduce(0) { $0 + Double(value($1)) } + 4 * ordinary) / (count + 4)
    }
    switch self {
    case .density: return count / max(1, music.seconds)
    case .register: return mean(\.pitch, ordinary: 64)
    case .loudness: return mean(\.velocity, ordinary: 64)
    case .touch:
      guard let touch = PlayedControls(of: notes).touch else { return 0 }
      return log2(touch) * count / (count + 8)
    case .variety:
      let grams = NoteGrams.grams(of: notes, length: 4)
      // As if 32 more had been played, of which half were different.
      return (Double(Set(grams).count) + 16) / (Double(grams.count) + 32)
    case .like:
      guard let reference else { return 0 }
      let distances = StyleMeasures(of: [notes]).distances(to: reference).map(\.distance)
      let distance = distances.reduce(0, +) / Double(max(1, distances.count))
      // As if 16 notes of something else had been played.
      return -(distance * count + 16) / (count + 16)
    }
  }
}
