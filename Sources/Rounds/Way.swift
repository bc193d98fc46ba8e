import Foundation

/// How far a round is interpolated from its starting weights toward the trained ones, and the gain of that,
/// measured by cross-validation.
public struct Way: Codable, Hashable, Sendable {
  /// The folds' gain at one share of interpolation.
  public struct Look: Codable, Hashable, Sendable {
    /// The share: 0 for the starting weights, 1 for the trained ones.
    public var share: Double
    /// Nats per event gained on the takes that each fold left out.
    public var gain: Estimate
  }

  /// The number of folds trained.
  public var folds: Int
  /// The number of groups of takes that evaluated them.
  public var groups: Int
  /// The share with the largest gain less its standard error, among those with a significant gain; 0 when
  /// there is none.
  public var foldShare: Double
  /// How far the folds agree, 0…1: the squared length of their mean change of the weights, divided by the
  /// mean of the squared lengths of their changes.
  public var agreement: Double
  /// The gains at a grid of shares.
  public var looks: [Look]
  /// The folds' gain on music that neither trained them nor chose their share; `nil`
  /// with fewer than two folds.
  public var gain: Estimate?
  /// The standard deviation between groups of the gain per event, for a group of ``meanEvents`` events.
  public var spread: Double
  /// The mean number of events of a group.
  public var meanEvents: Double
}

/// The gains of one fold's training on one group of takes that it left out.
struct FoldScore: Hashable {
  var fold: Int
  /// The number of events evaluated.
  var events: Int
  /// Nats gained at each of ``WayChoice/shares``, compared with the starting weights.
  var gained: [Double]
}

/// Chooses how far to interpolate from the starting weights toward the trained ones.
struct WayChoice {
  /// The shares of interpolation that are evaluated.
  static let shares = [0.15, 0.35, 0.6, 0.8, 1.0]
  /// The share of a round that cannot be shown to be better.
  static let smallestShare = 0.1
  /// The share of the folds' mean is that of the single folds times their agreement to this power. Measured
  /// with three folds: 1.2 times the share is best for Horace Parlan, 1.0 to 1.1 for players with less to
  /// learn from, whose folds have an agreement of 0.58 to 0.61.
  static let agreementExponent = -0.25

  let scores: [FoldScore]

  /// The share with the largest gain less its standard error, among those whose gain is over two standard
  /// errors; 0 when there is none.
  ///
  /// - Parameter excluded: A fold whose groups are not counted.
  func best(without excluded: Int? = nil) -> Double {
    let heard = scores.filter { $0.fold != excluded }
    var best = (share: 0.0, bound: 0.0)
    for step in 1...50 {
      let share = Double(step) / 50
      let gain = Self.gain(of: heard, at: [share])
      let error = gain.standardError ?? .infinity
      let bound = gain.value - error
      if gain.value > 2 * error, bound > best.bound { best = (share, bound) }
    }
    return best.share
  }

  /// The folds' gain with each fold's share chosen by the groups of the other folds; `nil`
  /// with fewer than two folds.
  var crossValidatedGain: Estimate? {
    let folds = Set(scores.map(\.fold)).sorted()
    guard folds.count >= 2 else { return nil }
    let shares = Dictionary(
      uniqueKeysWithValues: folds.map { ($0, max(Self.smallestShare, best(without: $0))) })
    return Self.gain(of: scores, at: scores.map { shares[$0.fold] ?? 0 })
  }

  /// The choice with its measurements.
  func way(folds: Int, agreement: Double) -> Way {
    let best = best()
    let share = max(best, Self.smallestShare)
    let gains = scores.map { (nats: $0.gain(at: share), events: $0.events) }
    let spread = Self.spread(of: gains, share: share)
    return Way(
      folds: folds, groups: scores.count, foldShare: best, agreement: agreement,
      looks: Self.shares.map {
        Way.Look(share: $0, gain: Self.gain(of: scores, at: [$0]))
      },
      gain: crossValidatedGain, spread: spread.deviation, meanEvents: spread.events)
  }

  /// The share of interpolation toward the mean of the folds' trained weights.
  static func share(of way: Way) -> Double {
    guard way.foldShare > smallestShare else { return smallestShare }
    return way.foldShare * pow(max(0.1, way.agreement), agreementExponent)
  }
}

// MARK: - Gains over groups

extension WayChoice {
  /// The prior of the spread between groups, which a few groups underestimate: a standard deviation of
  /// `spread` nats per event at share 1, weighted like `groups` groups. Measured over players of the base's
  /// test part: 0.014 at share 0.7 for Horace Parlan's pieces; a third piece of Alfred Hoehn's 0.009 off what
  /// two promise at 0.24.
  private static let prior = (spread: 0.02, groups: 3.0)

  /// The groups' gain in nats per event, at one share for all or one for each.
  private static func gain(of scores: [FoldScore], at shares: [Double]) -> Estimate {
    let gains = scores.indices.map { place in
      (
        nats: scores[place].gain(at: shares.count == 1 ? shares[0] : shares[place]),
        events: scores[place].events
      )
    }
    let share = shares.reduce(0, +) / Double(max(1, shares.count))
    let events = Double(scores.reduce(0) { $0 + $1.events })
    let spread = spread(of: gains, share: share)
    return Estimate(
      value: Estimate.perEvent(gains).value,
      standardError: events > 0 ? spread.deviation * (spread.events / events).squareRoot() : nil)
  }

  /// The standard deviation of the gain per event of a group of mean size, and that size in events.
  private static func spread(
    of gains: [(nats: Double, events: Int)], share: Double
  ) -> (deviation: Double, events: Double) {
    let value = Estimate.perEvent(gains).value
    let mean = Double(gains.reduce(0) { $0 + $1.events }) / Double(max(1, gains.count))
    // Squared deviations per event are weighted by events, since small groups scatter more.
    let squares = gains.reduce(0.0) {
      let off = $1.nats - value * Double($1.events)
      return $0 + off * off / Double(max(1, $1.events)) / max(1, mean)
    }
    let expected = prior.spread * share
    let freedom = Double(max(0, gains.count - 1))
    let variance = (squares + prior.groups * expected * expected) / (freedom + prior.groups)
    return (variance.squareRoot(), mean)
  }

  /// Widens the standard error of a gain on held-out groups to at least what the spread between the folds'
  /// groups implies, which are more.
  static func wider(_ gain: Estimate, events: Int, _ way: Way?) -> Estimate {
    guard let way, events > 0 else { return gain }
    let error = way.spread * (way.meanEvents / Double(events)).squareRoot()
    return Estimate(value: gain.value, standardError: max(gain.standardError ?? 0, error))
  }

  /// Predicts the gain on other music of the musician's, as much as one fold or the held-out takes: the
  /// standard error is that of the mean combined with that of the new music.
  ///
  /// - Parameters:
  ///   - gain: A mean over groups with its standard error, on held-out groups or on those of all folds.
  ///   - isHeldOut: Whether it is on held-out groups.
  ///
  /// Source: the variance of a new observation, Hastie, Tibshirani and Friedman, 2009, 7.3.
  static func promise(_ gain: Estimate, isHeldOut: Bool, _ way: Way?) -> Estimate {
    let parts = isHeldOut ? 1 : Double(way?.folds ?? 1)
    return Estimate(
      value: gain.value, standardError: gain.standardError.map { $0 * (1 + parts).squareRoot() })
  }
}

extension FoldScore {
  /// Nats gained at any share, by the least-squares cubic through 0 that fits ``gained``.
  func gain(at share: Double) -> Double {
    let c = Self.solver.map { row in zip(row, gained).reduce(0) { $0 + $1.0 * $1.1 } }
    return ((c[2] * share + c[1]) * share + c[0]) * share
  }

  /// The least-squares solver from gains to the cubic's three coefficients, `[3][shares]`: (XᵀX)⁻¹Xᵀ.
  private static let solver: [[Double]] = {
    let x = WayChoice.shares.map { [$0, $0 * $0, $0 * $0 * $0] }
    // [XᵀX | Xᵀ], reduced to [1 | …] by Gauss–Jordan elimination.
    var rows = (0..<3).map { i in
      (0..<3).map { j in x.reduce(0) { $0 + $1[i] * $1[j] } } + x.map { $0[i] }
    }
    for pivot in 0..<3 {
      let scale = rows[pivot][pivot]
      rows[pivot] = rows[pivot].map { $0 / scale }
      for other in 0..<3 where other != pivot {
        let factor = rows[other][pivot]
        rows[other] = zip(rows[other], rows[pivot]).map { $0 - factor * $1 }
      }
    }
    return rows.map { Array($0[3...]) }
  }()
}
