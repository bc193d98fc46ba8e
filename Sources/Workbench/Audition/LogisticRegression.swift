import Foundation

/// Logistic regression with a ridge penalty: the log odds of a yes as a linear function of a row of numbers,
/// learned from few examples.
///
/// The columns are standardised over the examples. The sum of −ln p over them plus `ridge`/2 · |w|² is
/// convex, and minimised by Newton's method.
/// Source: le Cessie and van Houwelingen, "Ridge estimators in logistic regression", Applied
/// Statistics 41, 1992.
struct LogisticRegression {
  /// The mean of each column over the examples, `[D]`.
  private let means: [Double]
  /// 1/standard deviation of each column, `[D]`; 0 for one that is always the same.
  private let scales: [Double]
  /// The weights, `[1 + D]`, the constant first.
  private var weights: [Double]

  /// The ridge of the constant: enough to keep it finite if all outcomes are the same, otherwise negligible.
  private static let constantRidge = 0.001

  /// - Parameters:
  ///   - rows: The examples, `[N, D]`, N and D above 0.
  ///   - outcomes: Whether each is a yes, `[N]`.
  ///   - ridge: The strength of the penalty on the weights, above 0.
  init(rows: [[Double]], outcomes: [Bool], ridge: Double) {
    precondition(!rows.isEmpty && rows.count == outcomes.count && ridge > 0)
    let (count, width) = (Double(rows.count), rows[0].count)
    let means = (0..<width).map { column in rows.reduce(0) { $0 + $1[column] } / count }
    self.means = means
    scales = (0..<width).map { column in
      let variance = rows.reduce(0) { $0 + pow($1[column] - means[column], 2) } / count
      return variance > 1e-12 ? 1 / variance.squareRoot() : 0
    }
    weights = Array(repeating: 0, count: width + 1)
    let ridges = [Self.constantRidge] + Array(repeating: ridge, count: width)
    let inputs = rows.map(input)
    var loss = Self.loss(weights, inputs, outcomes, ridges)
    // A few steps are enough; the bound guards against rounding near the minimum.
    for _ in 0..<50 {
      var step = Self.newtonStep(weights, inputs, outcomes, ridges)
      // A whole step may lead too far; it is halved until the loss is lower.
      var isLower = false
      for _ in 0..<30 where !isLower {
        let next = zip(weights, step).map { $0 - $1 }
        let nextLoss = Self.loss(next, inputs, outcomes, ridges)
        if nextLoss < loss {
          (weights, loss, isLower) = (next, nextLoss, true)
        } else {
          step = step.map { $0 / 2 }
        }
      }
      guard isLower else { break }
    }
  }

  /// The log odds of a yes: above 0 if a yes is likelier than a no.
  func logOdds(of row: [Double]) -> Double { Self.dot(weights, input(row)) }

  /// 1 and the standardised row, `[1 + D]`.
  private func input(_ row: [Double]) -> [Double] {
    [1] + row.indices.map { (row[$0] - means[$0]) * scales[$0] }
  }

  private static func loss(
    _ weights: [Double], _ inputs: [[Double]], _ outcomes: [Bool], _ ridges: [Double]
  ) -> Double {
    let penalty = zip(weights, ridges).reduce(0) { $0 + $1.0 * $1.0 * $1.1 / 2 }
    return zip(inputs, outcomes).reduce(penalty) { sum, example in
      let odds = dot(weights, example.0) * (example.1 ? 1 : -1)
      // −ln p = ln(1 + e^−odds), in a form that cannot overflow.
      return sum + max(0, -odds) + log1p(exp(-abs(odds)))
    }
  }

  /// H⁻¹g of the loss; H is positive definite, since the ridges are above 0.
  private static func newtonStep(
    _ weights: [Double], _ inputs: [[Double]], _ outcomes: [Bool], _ ridges: [Double]
  ) -> [Double] {
    let size = weights.count
    var g = zip(weights, ridges).map { $0 * $1 }
    // The lower triangle of H, and then of L with LLᵀ = H (Cholesky).
    var lower = (0..<size).map { Array(repeating: 0.0, count: $0) + [ridges[$0]] }
    for (input, outcome) in zip(inputs, outcomes) {
      let chance = 1 / (1 + exp(-dot(weights, input)))
      let curvature = chance * (1 - chance)
      for row in 0..<size {
        g[row] += (chance - (outcome ? 1 : 0)) * input[row]
        for column in 0...row { lower[row][column] += curvature * input[row] * input[column] }
      }
    }
    for row in 0..<size {
      for column in 0...row {
        var rest = lower[row][column]
        for index in 0..<column { rest -= lower[row][index] * lower[column][index] }
        lower[row][column] = row == column ? rest.squareRoot() : rest / lower[column][column]
      }
    }
    var step = g
    for row in 0..<size {
      for column in 0..<row { step[row] -= lower[row][column] * step[column] }
      step[row] /= lower[row][row]
    }
    for row in (0..<size).reversed() {
      for below in (row + 1)..<max(row + 1, size) { step[row] -= lower[below][row] * step[below] }
      step[row] /= lower[row][row]
    }
    return step
  }

  private static func dot(_ x: [Double], _ y: [Double]) -> Double {
    zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
