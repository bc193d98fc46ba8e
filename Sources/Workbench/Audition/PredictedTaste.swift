import Foundation
import MIDI
import Network
import Performance

/// What the musician will like, as far as their verdicts so far can tell: a help to put takes in
/// order, never a judgement.
struct PredictedTaste {
  /// A take in the numbers that the prediction is made from.
  struct Features {
    /// Means and spreads of the measures of style, then the model's impression.
    let row: [Double]

    /// - Parameters:
    ///   - notes: As they sound.
    ///   - outputs: What the take leaves behind in the model, as ``PredictedTaste/outputs(_:)`` has it.
    init(notes: [Note], outputs: [Double]) {
      let measures = StyleMeasures(of: [notes]).measures
      // On a logarithmic scale, on which times, densities and pitches alike are compared by ratio.
      let means = measures.filter { $0.unit != nil }.map { log(max(0.01, $0.mean)) }
      // Entropy in nats: how much a take varies.
      let spreads = measures.map { $0.shares.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 } }
      row = means + spreads + outputs
    }
  }

  /// A model's mean output, `[H]` → a few sums of its numbers with signs drawn once and for all: hundreds
  /// of numbers would learn twenty verdicts by heart.
  ///
  /// Source: Achlioptas, "Database-friendly random projections", 2001.
  static func outputs(_ meanOutput: [Float]) -> [Double] {
    var random = SeededGenerator(seed: 1)
    return (0..<outputCount).map { _ in
      meanOutput.reduce(0) { $0 + Double(Bool.random(using: &random) ? $1 : -$1) }
    }
  }

  /// About half as many as there are measures.
  static let outputCount = 8

  /// Takes that must be judged before anything is learned.
  static let leastVerdicts = 20
  /// The newest so many are learned from: taste changes, and each is read by the model again.
  static let mostVerdicts = 300

  /// How far the prediction can be trusted.
  let report: TasteReport
  private let model: LogisticRegression

  /// Learns from takes that were judged; `nil` with fewer than ``leastVerdicts``, or where all were
  /// kept or all discarded.
  ///
  /// - Parameter judged: Always in the same order: who leaves out which depends on it.
  init?(judged: [(features: Features, isKept: Bool)]) {
    let rows = judged.map(\.features.row)
    let verdicts = judged.map(\.isKept)
    guard Self.canLearn(from: verdicts) else { return nil }
    let guess = verdicts.count { $0 } * 2 >= verdicts.count
    report = TasteReport(
      predicted: Proportion(count: Self.leftOutPredicted(rows, verdicts), of: verdicts.count),
      guessed: Proportion(count: verdicts.count { $0 == guess }, of: verdicts.count),
      guess: guess ? .keep : .discard)
    model = Self.learn(rows, verdicts)
  }

  /// Whether there are enough verdicts, and of both kinds.
  static func canLearn(from verdicts: [Bool]) -> Bool {
    verdicts.count >= leastVerdicts && Set(verdicts).count == 2
  }

  /// More for what is likelier to be kept.
  func score(of features: Features) -> Double { model.logOdds(of: features.row) }

  private static func learn(_ rows: [[Double]], _ verdicts: [Bool]) -> LogisticRegression {
    // Held so, the odds of a take are before any verdict about e² to 1 at one standard deviation.
    LogisticRegression(rows: rows, outcomes: verdicts, ridge: Double(rows[0].count) / 4)
  }

  /// How many verdicts are predicted by what is learned from four fifths of the others, the kept and
  /// the discarded dealt out to the fifths in turn.
  private static func leftOutPredicted(_ rows: [[Double]], _ verdicts: [Bool]) -> Int {
    var dealt = [true: 0, false: 0]
    let fifths = verdicts.map { verdict in
      defer { dealt[verdict, default: 0] += 1 }
      return dealt[verdict, default: 0] % 5
    }
    return (0..<5).reduce(0) { count, fifth in
      let rest = rows.indices.filter { fifths[$0] != fifth }
      let model = learn(rest.map { rows[$0] }, rest.map { verdicts[$0] })
      return count
        + rows.indices.count {
          fifths[$0] == fifth && (model.logOdds(of: rows[$0]) >= 0) == verdicts[$0]
        }
    }
  }
}
