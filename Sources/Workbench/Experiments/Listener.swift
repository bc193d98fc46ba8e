import MIDI
import Rounds

/// A made-up listener, for experiments, who likes high and sparse music.
struct Listener {
  /// Takes that are liked this much or more are kept.
  var threshold = 0.0

  /// How much a take is liked: 1 for each octave of its mean pitch above middle C, minus 1 for every four
  /// notes per second; −10 for a take without notes.
  static func liking(_ notes: [Note]) -> Double {
    guard let end = notes.map(\.end).max(), end > 0 else { return -10 }
    let pitch = notes.reduce(0) { $0 + Double($1.pitch) } / Double(notes.count)
    let density = Double(notes.count) / (Double(end) / 1e9)
    return (pitch - 60) / 12 - density / 4
  }

  /// The mean liking of takes, with its standard error.
  static func meanLiking(of takes: [[Note]]) -> Estimate {
    Estimate(meanOf: takes.map(liking))
  }

  /// A listener who would keep about a third of these takes.
  init(keepingAThirdOf takes: [[Note]]) {
    let likings = takes.map(Self.liking).sorted()
    threshold = likings.isEmpty ? 0 : likings[likings.count * 2 / 3]
  }

  /// Whether the listener keeps a take.
  func keeps(_ notes: [Note]) -> Bool { Self.liking(notes) >= threshold }

  /// The share of takes that are kept, 0…1.
  func keptShare(of takes: [[Note]]) -> Double {
    Double(takes.count { keeps($0) }) / Double(max(1, takes.count))
  }
}
