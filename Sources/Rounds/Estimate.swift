import Network
import Work

/// An estimate with its standard error.
public struct Estimate: Hashable, Codable, Sendable {
  /// The estimate.
  public var value: Double
  /// Its standard error; `nil` when there was too little data to compute one.
  public var standardError: Double?

  /// An estimate, with its standard error if there is one.
  public init(value: Double, standardError: Double?) {
    self.value = value
    self.standardError = standardError
  }

  /// "2.812 ± 0.031", or "2.812" without a standard error.
  public var text: String {
    guard let standardError else { return Self.fixed(value) }
    return "\(Self.fixed(value)) ± \(Self.fixed(standardError))"
  }

  /// "1.1 ± 0.2", for what is known to a tenth.
  public var shortText: String {
    func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
    return tenths(value) + (standardError.map { " ± \(tenths($0))" } ?? "")
  }

  /// A number with three decimals, about the resolution of a held-out set.
  public static func fixed(_ value: Double) -> String {
    // A training that diverges has a loss that is infinite or NaN.
    guard abs(value) < 1e15 else { return "\(value)" }
    let thousandths = Int(nearestTo: abs(value) * 1000)
    let digits = "\(thousandths % 1000)"
    let padding = String(repeating: "0", count: 3 - digits.count)
    return (value < 0 && thousandths > 0 ? "-" : "") + "\(thousandths / 1000).\(padding)\(digits)"
  }
}

/// How well a model predicts a take.
public struct TakeScore: Hashable, Sendable {
  /// Negative log-likelihood, summed over `events`, in nats.
  public var nats: Double
  /// How many events were predicted.
  public var events: Int

  /// A score of `nats` over `events`.
  public init(nats: Double, events: Int) {
    self.nats = nats
    self.events = events
  }
}

extension Estimate {
  /// Mean nats per event over takes, with a bootstrap standard error over whole takes.
  ///
  /// Events of one take are not independent of each other, so whole takes are resampled.
  /// Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 6.
  package static func natsPerEvent(_ scores: [TakeScore]) -> Estimate {
    bootstrap(count: scores.count) { indices in
      let events = indices.reduce(0) { $0 + scores[$1].events }
      return events == 0 ? 0 : indices.reduce(0) { $0 + scores[$1].nats } / Double(events)
    }
  }

  /// By how many nats per event `better` is below `worse` on the same takes or groups, with the standard
  /// error of a ratio over these.
  package static func gain(from worse: [TakeScore], to better: [TakeScore]) -> Estimate {
    perEvent(zip(worse, better).map { ($0.nats - $1.nats, $0.events) })
  }

  /// Nats per event over groups, each given by its nats gained and its events, with the standard error of a
  /// ratio over groups; `nil` for fewer than two.
  ///
  /// Source: Cochran, "Sampling Techniques", 1977, 6.4.
  static func perEvent(_ groups: [(nats: Double, events: Int)]) -> Estimate {
    let events = Double(groups.reduce(0) { $0 + $1.events })
    guard events > 0 else { return Estimate(value: 0, standardError: nil) }
    let value = groups.reduce(0) { $0 + $1.nats } / events
    let count = Double(groups.count)
    guard groups.count >= 2 else { return Estimate(value: value, standardError: nil) }
    let squares = groups.reduce(0.0) {
      let off = ($1.nats - value * Double($1.events)) / events
      return $0 + off * off
    }
    return Estimate(value: value, standardError: (squares * count / (count - 1)).squareRoot())
  }

  private static func bootstrap(count: Int, statistic: ([Int]) -> Double) -> Estimate {
    let value = statistic(Array(0..<count))
    guard count >= 2 else { return Estimate(value: value, standardError: nil) }
    var random = SeededGenerator(seed: 1)
    let draws = (0..<1000).map { _ in
      statistic((0..<count).map { _ in Int.random(in: 0..<count, using: &random) })
    }
    let mean = draws.reduce(0, +) / Double(draws.count)
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(draws.count - 1)
    return Estimate(value: value, standardError: variance.squareRoot())
  }
}

extension [TakeScore] {
  /// Sums the scores that have the same name, in the order of first appearance; a score without
  /// a name stays on its own.
  func summed(by names: [Int?]) -> [TakeScore] {
    var sums: [TakeScore] = []
    var places: [Int: Int] = [:]
    for (score, name) in zip(self, names) {
      if let name, let place = places[name] {
        sums[place].nats += score.nats
        sums[place].events += score.events
      } else {
        if let name { places[name] = sums.count }
        sums.append(score)
      }
    }
    return sums
  }
}
