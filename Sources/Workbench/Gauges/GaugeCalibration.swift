import Foundation

/// What a gauge gives unsteered takes, from which its unit and its forecasts come.
///
/// The gauge of a take that is not complete says little about what it will be in the end: a sum has just begun,
/// and a mean of few notes is anything. So for each boundary there is a line from what was given until there to what
/// was given in the end, by least squares over the unsteered takes; what a stream weighs by is its forecast.
struct GaugeCalibration: Codable, Hashable, Sendable {
  /// A line: a forecast from a value.
  struct Line: Codable, Hashable, Sendable {
    var offset: Double
    var slope: Double

    /// The forecast.
    func callAsFunction(_ value: Double) -> Double { offset + slope * value }

    /// The line of least squares through points; level where there is no telling.
    init(from values: [Double], to outcomes: [Double]) {
      precondition(values.count == outcomes.count && !values.isEmpty, "got \(values.count) points")
      let count = Double(values.count)
      let (x, y) = (values.reduce(0, +) / count, outcomes.reduce(0, +) / count)
      let square = values.reduce(0) { $0 + ($1 - x) * ($1 - x) }
      let product = zip(values, outcomes).reduce(0) { $0 + ($1.0 - x) * ($1.1 - y) }
      let slope = square > 1e-18 * max(1, x * x) * count ? product / square : 0
      self.slope = slope.isFinite ? slope : 0
      offset = y - self.slope * x
    }
  }

  /// What it gives each unsteered take.
  let values: [Double]
  /// Their mean.
  let mean: Double
  /// Their standard deviation, the unit of steering; above 0.
  let spread: Double
  /// The forecast at each boundary, from the first on.
  let lines: [Line]
  /// By how many spreads the mean of takes was moved by ``trialPull``; `nil` if that was not tried.
  var moved: Double?

  /// The calibration by the values that a gauge gives.
  ///
  /// - Parameters:
  ///   - values: Of each whole take.
  ///   - prefixes: Of each take until each boundary, `[boundaries][takes]`.
  /// - Returns: `nil` if it gives all takes the same.
  init?(of values: [Double], until prefixes: [[Double]]) {
    guard values.count > 1 else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    let variance =
      values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    let spread = variance.squareRoot()
    guard spread.isFinite, spread > 1e-9 * max(1, abs(mean)) else { return nil }
    self.values = values
    self.mean = mean
    self.spread = spread
    lines = prefixes.map { Line(from: $0, to: values) }
  }

  /// The pull that is tried.
  static let trialPull = 2.0

  /// The exponent of a gauge's spreads that moves the mean of takes by `strength` spreads.
  ///
  /// With very many streams it would be the strength itself, if what the gauge gives were normally distributed.
  /// Eight streams that descend from few soon move it less, and the more so the later a take shows what it will
  /// be: by 0.9 to 2 spreads with a pull of 2, for five gauges. Between pulls of 1 and 4 the move grew about as
  /// the pull to the power of 0.7. Of takes of which a few have very much, too few are tried to know their mean;
  /// so what the unsteered ones promise counts as much.
  func pull(for strength: Double) -> Double {
    guard let moved else { return strength }
    let power = 0.7
    let least = 0.3
    let asked = abs(strength)
    let sign = strength < 0 ? -1.0 : 1
    // Of this, eight streams reached 0.6 to 1 with four of five gauges.
    let promised = 0.75 * abs(tilted(by: sign * Self.trialPull))
    let reached = (max(least, abs(moved)) * max(least, promised)).squareRoot()
    let pull = pow(asked / (reached / pow(Self.trialPull, power)), 1 / power)
    return sign * min(max(pull, 0.9 * asked), 4 * asked)
  }

  /// The mean of the unsteered takes, in spreads, weighted by the exponential of `pull` times theirs.
  private func tilted(by pull: Double) -> Double {
    let all = values.map(spreads)
    let most = all.map { pull * $0 }.max() ?? 0
    let weights = all.map { exp(pull * $0 - most) }
    return zip(weights, all).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
  }

  /// How many spreads above the mean a value is.
  func spreads(_ value: Double) -> Double { (value - mean) / spread }

  /// The same of what a take will be, by what it was given at a boundary, from 1 on; `nil` for a whole one.
  func forecast(_ value: Double, at boundary: Int?) -> Double {
    guard let boundary, !lines.isEmpty else { return spreads(value) }
    return spreads(lines[min(max(boundary, 1), lines.count) - 1](value))
  }

  /// Whether its numbers are such as it can have made.
  var isSound: Bool {
    spread > 0
      && ([mean, spread, moved ?? 0] + values + lines.flatMap { [$0.offset, $0.slope] })
        .allSatisfy(\.isFinite)
  }
}
