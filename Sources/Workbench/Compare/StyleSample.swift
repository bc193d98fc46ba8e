import MIDI
import Network
import Performance
import Rounds
import Work

/// The measures of style of takes, kept take by take, so that a bootstrap can give their standard errors.
struct StyleSample {
  /// Each take's measures.
  private let takes: [StyleMeasures]

  init(_ performances: [[Note]]) {
    takes = parallelMap(count: performances.count) { StyleMeasures(of: [performances[$0]]) }
  }

  /// The names of the measures, in the order of ``shares`` and of distances.
  var names: [String] { StyleMeasures(of: []).measures.map(\.name) }

  /// The shares of each measure over the takes named by `indices`, which may name one twice.
  private func shares(_ indices: [Int]) -> [[Double]] {
    names.indices.map { measure in
      var sum: [Double] = []
      var count = 0.0
      for index in indices {
        let one = takes[index].measures[measure]
        if sum.isEmpty { sum = Array(repeating: 0, count: one.shares.count) }
        for (bin, share) in one.shares.enumerated() { sum[bin] += share * one.count }
        count += one.count
      }
      return sum.map { $0 / max(1, count) }
    }
  }

  /// The shares of each measure over all takes.
  var shares: [[Double]] { shares(Array(takes.indices)) }

  /// The distance of each measure to a reference, and last their mean: `value` over all takes, `drawn` over
  /// each of `draws` bootstrap samples of whole takes. With fewer than two takes `drawn` is empty.
  func distances(to reference: [[Double]], draws: Int) -> (value: [Double], drawn: [[Double]]) {
    func distances(_ shares: [[Double]]) -> [Double] {
      let each = zip(shares, reference).map { own, other in
        min(1, zip(own, other).reduce(0) { $0 + abs($1.0 - $1.1) } / 2)
      }
      return each + [each.reduce(0, +) / Double(max(1, each.count))]
    }
    var random = SeededGenerator(seed: 1)
    let count = takes.count
    let drawn = (0..<(count < 2 ? 0 : draws)).map { _ in
      distances(shares((0..<count).map { _ in Int.random(in: 0..<count, using: &random) }))
    }
    return (distances(shares), drawn)
  }
}

extension Estimate {
  /// An estimate whose standard error is the standard deviation of bootstrap draws.
  init(_ value: Double, drawn: [Double]) {
    guard drawn.count > 1 else {
      self.init(value: value, standardError: nil)
      return
    }
    let mean = drawn.reduce(0, +) / Double(drawn.count)
    let variance = drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(drawn.count - 1)
    self.init(value: value, standardError: variance.squareRoot())
  }

  /// Whether the value is more than two standard errors away from 0.
  package var isSure: Bool { standardError.map { abs(value) > 2 * $0 } ?? false }
}
