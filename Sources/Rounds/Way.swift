import Foundation

/// How far a round goes from the base toward where its training led, and what that is worth, told by music that
/// the trainings went without.
public struct Way: Codable, Hashable, Sendable {
  /// What the folds gain at a share of the way.
  public struct Look: Codable, Hashable, Sendable {
    /// The share of the way, 0…1.
    public var share: Double
    /// Nats per event gained on the music that each fold went without.
    public var gain: Estimate
  }

  /// The trainings, each without a part of the playing.
  public var folds: Int
  /// The groups of takes that judged them.
  public var groups: Int
  /// The share of the way at which the folds are best as far as is sure.
  public var foldShare: Double
  /// What the mean of the folds' ways has of their squared lengths, 0…1: how far they agree.
  public var agreement: Double
  /// The looks.
  public var looks: [Look]
  /// What the folds gain on music that neither trained them nor chose how far they go; `nil` with too few
  /// groups to choose without one.
  public var gain: Estimate?
  /// How much the gain per event differs between groups: the deviation of one with so many events as
  /// ``meanEvents``.
  public var spread: Double
  /// Events of a group in the mean.
  public var meanEvents: Double
}

/// What one group of takes makes of the folds, look by look.
struct FoldScore: Hashable {
  var fold: Int
  /// Events that judged.
  var events: Int
  /// Nats gained on the base at each look.
  var gained: [Double]
}

/// Chooses how far to go.
struct WayChoice {
  /// The shares of the way that are looked at.
  static let shares = [0.15, 0.35, 0.6, 0.8, 1.0]
  /// A round that cannot be shown to be better goes so far and no farther.
  static let least = 0.1
  /// How much farther the mean of the folds goes than each: their agreement to this power. Measured with three
  /// folds: 1.2 times as far is best for Horace Parlan, 1.0 to 1.1 for players with less to learn from, where
  /// they agree to 0.58 to 0.61.
  static let stretch = -0.25

  let scores: [FoldScore]

  /// The share at which the gain less its error is largest, of those where it is over two errors; 0 when there is
  /// none.
  ///
  /// - Parameter excluded: A fold whose groups have no say.
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

  /// What the folds gain where the others' groups say how far they go; `nil` where there are no others.
  var honestGain: Estimate? {
    let folds = Set(scores.map(\.fold)).sorted()
    guard folds.count >= 2 else { return nil }
    let shares = Dictionary(
      uniqueKeysWithValues: folds.map { ($0, max(Self.least, best(without: $0))) })
    return Self.gain(of: scores, at: scores.map { shares[$0.fold] ?? 0 })
  }

  /// The choice, and what there is to say of it.
  func way(folds: Int, agreement: Double) -> Way {
    let best = best()
    let share = max(best, Self.least)
    let gains = scores.map { (nats: $0.gain(at: share), events: $0.events) }
    let spread = Self.spread(of: gains, share: share)
    return Way(
      folds: folds, groups: scores.count, foldShare: best, agreement: agreement,
      looks: Self.shares.map {
        Way.Look(share: $0, gain: Self.gain(of: scores, at: [$0]))
      },
      gain: honestGain, spread: spread.deviation, meanEvents: spread.events)
  }

  /// How far the mean of the folds goes, as a share of its own way.
  static func share(of way: Way) -> Double {
    guard way.foldShare > least else { return least }
    return way.foldShare * pow(max(0.1, way.agreement), stretch)
  }
}

// MARK: - Gains over groups

extension WayChoice {
  /// What groups gain differs more than a few of them show: so much per event at the whole way, and so many
  /// groups are taken to have shown it already. Measured over players of the base's test part: 0.014 at 0.7 of
  /// the way for Horace Parlan's pieces; a third piece of Alfred Hoehn's 0.009 off what two promise at 0.24.
  private static let prior = (spread: 0.02, groups: 3.0)

  /// Nats per event that groups gain at shares of the way: one for all, or one for each.
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

  /// How much the gain of a group with a mean group's events deviates, and how many those are.
  private static func spread(
    of gains: [(nats: Double, events: Int)], share: Double
  ) -> (deviation: Double, events: Double) {
    let value = Estimate.perEvent(gains).value
    let mean = Double(gains.reduce(0) { $0 + $1.events }) / Double(max(1, gains.count))
    // Each group's squared deviation counts as its events do, since small groups scatter more.
    let squares = gains.reduce(0.0) {
      let off = $1.nats - value * Double($1.events)
      return $0 + off * off / Double(max(1, $1.events)) / max(1, mean)
    }
    let expected = prior.spread * share
    let freedom = Double(max(0, gains.count - 1))
    let variance = (squares + prior.groups * expected * expected) / (freedom + prior.groups)
    return (variance.squareRoot(), mean)
  }

  /// How much a gain on held-out groups may be off for all of the musician's music: no less than what the groups
  /// of the folds say, which are more.
  static func wider(_ gain: Estimate, events: Int, _ way: Way?) -> Estimate {
    guard let way, events > 0 else { return gain }
    let error = way.spread * (way.meanEvents / Double(events)).squareRoot()
    return Estimate(value: gain.value, standardError: max(gain.standardError ?? 0, error))
  }

  /// What a gain promises for other music of the musician's, as much as one part of the playing or the held-out
  /// takes have: its error is of the mean and of that music together.
  ///
  /// - Parameters:
  ///   - gain: A mean over groups with its error, on held-out groups or on those of all folds.
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
  /// Nats gained at a share of the way, on the cubic through 0 that fits the looks best.
  func gain(at share: Double) -> Double {
    let c = Self.solver.map { row in zip(row, gained).reduce(0) { $0 + $1.0 * $1.1 } }
    return ((c[2] * share + c[1]) * share + c[0]) * share
  }

  /// What takes the gains at the looks to the cubic's three coefficients, `[3][looks]`: (XᵀX)⁻¹Xᵀ.
  private static let solver: [[Double]] = {
    let x = WayChoice.shares.map { [$0, $0 * $0, $0 * $0 * $0] }
    // [XᵀX | Xᵀ], brought to [1 | …] by Gauss and Jordan.
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
