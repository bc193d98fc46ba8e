import Foundation
import MIDI
import Network
import Performance

/// A prediction of which takes the musician will keep, learned from their verdicts. It only puts takes in
/// order, and never judges one.
struct PredictedTaste {
  /// The numbers of a take that the prediction is made from.
  struct Features {
    /// The log means of the measures of style, their entropies, then the model's outputs.
    let row: [Double]

    /// - Parameters:
    ///   - notes: The sounding notes.
    ///   - outputs: The model's mean output on the take, projected by ``PredictedTaste/outputs(_:)``.
    init(notes: [Note], outputs: [Double]) {
      let measures = StyleMeasures(of: [notes]).measures
      // Logarithms, so that times, densities and pitches are all compared by ratio.
      let means = measures.filter { $0.unit != nil }.map { log(max(0.01, $0.mean)) }
      // Entropy in nats: how much a take varies.
      let spreads = measures.map { $0.shares.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 } }
      row = means + spreads + outputs
    }
  }

  /// Projects a model's mean output, `[H]`, to ``outputCount`` sums of its numbers, with signs that are
  /// random but always the same. A regression on all H numbers would overfit twenty verdicts.
  ///
  /// Source: Achlioptas, "Database-friendly random projections", 2001.
  static func outputs(_ meanOutput: [Float]) -> [Double] {
    var random = SeededGenerator(seed: 1)
    return (0..<outputCount).map { _ in
      meanOutput.reduce(0) { $0 + Double(Bool.random(using: &random) ? $1 : -$1) }
    }
  }

  /// The number of projected outputs: about half as many as there are measures.
  static let outputCount = 8

  /// The minimum number of judged takes to learn from.
  static let leastVerdicts = 20
  /// The maximum number, of which the newest are used: taste changes, and the model must read each take.
  static let mostVerdicts = 300

  /// How far the prediction can be trusted.
  let report: TasteReport
  private let model: LogisticRegression

  /// Learns from judged takes; `nil` with fewer than ``leastVerdicts``, or if all were kept or all discarded.
  ///
  /// - Parameter judged: The takes, always in the same order: the parts of the cross-validation depend on it.
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

  /// The log odds that a take is kept.
  func score(of features: Features) -> Double { model.logOdds(of: features.row) }

  private static func learn(_ rows: [[Double]], _ verdicts: [Bool]) -> LogisticRegression {
    // With this ridge, the log odds of a take have a prior standard deviation of about 2: odds of e² to 1.
    LogisticRegression(rows: rows, outcomes: verdicts, ridge: Double(rows[0].count) / 4)
  }

  /// The number of verdicts predicted correctly in a five-fold cross-validation, in which the kept and the
  /// discarded takes are dealt out to the fifths in turn.
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
