import Performance

extension TunePlan {
  /// Takes that a model played toward a gauge, for one round only: no library has them.
  package struct Made: Codable, Sendable {
    /// The events of each take, from its first velocity on.
    package var takes: [[UInt16]]
    /// As many takes that the same model played unsteered.
    package var contrast: [[UInt16]] = []
    /// The weight of their events in the loss.
    package var weight: Double

    /// Takes with so large a weight that they are `share` of all weighted events beside playing of so many.
    ///
    /// - Parameter most: The largest weight.
    package init(_ takes: [[UInt16]], share: Double, beside played: Double, most: Double = 1) {
      self.takes = takes
      let events = takes.reduce(0) { $0 + $1.count }
      weight = min(most, share / (1 - share) * played / Double(max(1, events)))
    }

    /// The number of weighted events.
    package var weightedEvents: Double { weight * Double(takes.reduce(0) { $0 + $1.count }) }

    /// An unsteered take, as training reads it.
    func contrastNotes(at index: Int) -> PreparedNotes {
      PreparedNotes(Decoding.notes(of: contrast[index]), longestSilence: .max)
    }

    /// A take, as training reads it.
    func notes(at index: Int) -> PreparedNotes {
      PreparedNotes(Decoding.notes(of: takes[index]), longestSilence: .max)
    }
  }

  /// The most passes of a round toward a gauge: its takes were played by a model, and it is soon worn by them.
  package static let mostPassesToward = 2

  /// The share of the weighted events that takes made toward a gauge have.
  package static let shareToward = TuneGuards().mostKept
}

/// What a round was trained toward, and what came of it.
public struct TowardNumbers: Codable, Sendable {
  /// The gauge: a file's path, or a built-in name.
  public var gauge: String
  /// SHA-256 of the gauge.
  public var digest: String
  /// By how many spreads the takes that it was trained on were pulled toward it.
  public var strength: Double
  /// How many takes those were.
  public var takes: Int
  /// Their share of the weighted events, 0…1/3.
  public var share: Double
  /// What the gauge gives those takes, in spreads above what the model before plays unsteered.
  public var made: Estimate
  /// The same of what the round plays unsteered: how far it has come.
  public var played: Estimate?

  /// What a round is about to be trained toward.
  package init(
    gauge: String, digest: String, strength: Double, takes: Int, share: Double, made: Estimate
  ) {
    self.gauge = gauge
    self.digest = digest
    self.strength = strength
    self.takes = takes
    self.share = share
    self.made = made
  }
}

extension Estimate {
  /// The mean of some values, with its standard error.
  package init(meanOf values: [Double]) {
    let count = Double(max(1, values.count))
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(1, count - 1)
    self.init(
      value: mean, standardError: values.count > 1 ? (variance / count).squareRoot() : nil)
  }
}
