import Foundation
public import MIDI

/// Three measures of the variety of playing, which fall when a model repeats itself.
public struct Variety: Hashable, Codable, Sendable {
  /// The expected fraction of distinct four-note grams (see ``NoteGrams``) among
  /// ``drawn`` drawn at random, 0…1.
  public var distinctGrams: Double
  /// The entropy of the pitch classes in bits: 0 for a single one, 3.58 for all twelve equally often.
  public var pitchClassEntropy: Double
  /// The standard deviation of the velocities, which are 1…127.
  public var velocitySpread: Double

  /// How many grams are drawn: a constant, since the fraction of distinct ones falls as more are drawn.
  static let drawn = 1000

  /// The variety of performances taken together.
  public init(of performances: [[Note]]) {
    var counts: [UInt64: Int] = [:]
    for notes in performances {
      for gram in NoteGrams.grams(of: notes, length: 4) { counts[gram, default: 0] += 1 }
    }
    distinctGrams = Self.distinctShare(of: counts.values.sorted())
    let notes = performances.flatMap(\.self)
    guard !notes.isEmpty else {
      pitchClassEntropy = 0
      velocitySpread = 0
      return
    }
    let count = Double(notes.count)
    var classes = Array(repeating: 0.0, count: 12)
    for note in notes { classes[Int(note.pitch % 12)] += 1 / count }
    pitchClassEntropy = -classes.filter { $0 > 0 }.reduce(0) { $0 + $1 * log2($1) }
    let mean = notes.reduce(0) { $0 + Double($1.velocity) } / count
    velocitySpread =
      (notes.reduce(0) { $0 + pow(Double($1.velocity) - mean, 2) } / count).squareRoot()
  }

  /// The expected fraction of distinct grams when ``drawn`` are drawn without replacement.
  ///
  /// Source: rarefaction, Hurlbert, "The nonconcept of species diversity", Ecology 52, 1971.
  private static func distinctShare(of counts: [Int]) -> Double {
    let total = counts.reduce(0, +)
    let drawn = min(drawn, total)
    guard drawn > 0 else { return 0 }
    let expected = counts.reduce(0.0) { sum, count in
      // The probability that none of `count` is drawn.
      let missed = (0..<count).reduce(1.0) {
        $0 * max(0, Double(total - drawn - $1)) / Double(total - $1)
      }
      return sum + 1 - missed
    }
    return expected / Double(drawn)
  }

  /// Whether each measure is at least `share` of another's.
  public func keeps(_ share: Double, of other: Variety) -> Bool {
    beside(other).allSatisfy { $0.value >= $0.other * share }
  }

  /// The name of each measure with both values, in the order of the declarations.
  public func beside(_ other: Variety) -> [(name: String, value: Double, other: Double)] {
    [
      ("different four-note figures", distinctGrams, other.distinctGrams),
      ("spread of pitch classes", pitchClassEntropy, other.pitchClassEntropy),
      ("spread of velocities", velocitySpread, other.velocitySpread),
    ]
  }
}
