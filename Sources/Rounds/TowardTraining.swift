package import Network
package import Performance
import Player
import Work

/// What a round is trained toward, with takes that were played for it alone; no library has them.
///
/// The round is trained twice on the musician's playing: once with takes that were played toward something,
/// and once with as many that were not. The weights that it starts from are moved by a multiple of the
/// difference, so that what both trainings have in common moves nothing.
///
/// Source: Ilharco et al., "Editing models with task arithmetic", 2023.
package struct TowardTraining {
  /// The most passes: the takes were played by a model, which is soon worn by what it has played itself.
  package static let mostPasses = 2
  /// The share of the weighted events that the takes have, as kept takes at most.
  package static let share = TuneGuards().mostKept
  /// The weight of their events, unless their number is bounded.
  package static let usualWeight = 0.5

  /// The multiples of the difference that are tried.
  static let factors = [0.25, 0.5, 0.75, 1, 1.5, 2, 3]

  /// What weights play.
  package struct Look {
    /// How much of what is sought there is in it, in spreads above what the start plays.
    package var spreads: Estimate
    package var variety: Variety

    /// A look at what weights play.
    package init(spreads: Estimate, variety: Variety) {
      self.spreads = spreads
      self.variety = variety
    }
  }

  /// By how many spreads what it plays is to rise.
  package var aim: Double
  /// The takes that were played toward it.
  package var takes: [PreparedNotes]
  /// As many unsteered ones.
  package var unsteered: [PreparedNotes]
  /// The weight of the events of both in the loss.
  package var weight: Double
  /// The most nats per event that the held-out takes may have; `nil` for ``Gate/margin`` above the start.
  package var mostNats: Double?
  /// Looks at what weights play.
  package var look: (Weights) throws -> Look

  /// A training toward something.
  package init(
    aim: Double, takes: [PreparedNotes], unsteered: [PreparedNotes], weight: Double,
    mostNats: Double?, look: @escaping (Weights) throws -> Look
  ) {
    self.aim = aim
    self.takes = takes
    self.unsteered = unsteered
    self.weight = weight
    self.mostNats = mostNats
    self.look = look
  }

  /// The weight at which takes are ``share`` of all weighted events beside the plan's.
  ///
  /// - Parameter events: The events of the takes.
  package static func weight(of events: Int, beside plan: TunePlan) -> Double {
    min(1, wantedEvents(beside: plan) / Double(max(1, events)))
  }

  /// The weighted events that takes should have beside the plan's.
  package static func wantedEvents(beside plan: TunePlan) -> Double {
    share / (1 - share) * plan.takes.reduce(0) { $0 + Double($1.events) * $1.weight }
  }
}

extension RoundTraining {
  /// Trains toward something.
  ///
  /// Of the multiples of the difference it takes the one that comes nearest to the aim, among those with which
  /// the held-out takes are predicted well enough and what it plays is varied enough. If there is none, the
  /// round is its start.
  ///
  /// - Throws: ``RoundsError/stopped`` if `progress` asks to stop, and what looking throws.
  func run(_ toward: TowardTraining, progress: @escaping ProgressHandler) throws -> RoundResult {
    let sides = try (0..<2).map { side in
      try trained(toward, side: side, progress: progress)
    }
    var result = sides[0]
    result.passes = (sides[0].passes + sides[1].passes) / 2
    result.events += sides[1].events
    result.seconds += sides[1].seconds
    result.ending = .passes
    let most = try toward.mostNats ?? nats(of: start, progress) + Gate.margin
    let before = try toward.look(start).variety
    var nearest = Double.infinity
    (result.best, result.share) = (start, 0)
    for factor in TowardTraining.factors {
      let moved = start.moved(by: Float(factor), from: sides[1].last, to: sides[0].last)
      guard try heldOut.isEmpty || nats(of: moved, progress) <= most else { break }
      let look = try toward.look(moved)
      guard look.variety.keeps(Gate.varietyShare, of: before) else { break }
      let distance = abs(look.spreads.value - toward.aim)
      if distance < nearest {
        nearest = distance
        (result.best, result.share) = (moved, factor)
      }
      if abs(look.spreads.value) > abs(toward.aim) { break }
    }
    return RoundResult(training: result, way: nil, mostNats: heldOut.isEmpty ? nil : most)
  }

  /// Trains on the playing, with the takes of a side: 0 for those played toward something, 1 for the unsteered.
  private func trained(_ toward: TowardTraining, side: Int, progress: @escaping ProgressHandler)
    throws -> TrainingResult
  {
    let playing = plan.takes.count
    let count = toward.takes.count
    let first = playing + side * count
    let places = Array(0..<playing) + Array(first..<first + count)
    var options = options
    options.seconds = minutes.map { $0 * 30 }
    let run = try TrainingRun(
      start: start, anchor: base, corpus: PartOfCorpus(corpus, places: places), heldOut: [],
      options: options)
    var isStopped = false
    let result = try run.run { now in
      isStopped = !progress(
        WorkProgress(
          activity: "tuning, part \(side + 1) of 2",
          done: Double(side * now.totalEvents + now.events), total: Double(2 * now.totalEvents),
          unit: "events", seconds: now.trainingSeconds, detail: Self.detail(of: now)))
      return !isStopped && (try? corpus.check()) != nil
    }
    try corpus.check()
    guard !isStopped else { throw RoundsError.stoppedToward }
    return result
  }

  /// How well weights predict the held-out takes, in nats per event.
  private func nats(of weights: Weights, _ progress: @escaping ProgressHandler) throws -> Double {
    Estimate.natsPerEvent(
      try Model(weights: weights, precision: precision)
        .scores(of: heldOut, activity: "weighing the round", progress: progress)
    ).value
  }
}

/// What a round was trained toward, and what came of it.
public struct TowardNumbers: Codable, Sendable {
  /// The gauge: a file's path, or a built-in name.
  public var gauge: String
  /// SHA-256 of the gauge.
  public var digest: String
  /// By how many spreads what it plays was to rise.
  public var strength: Double
  /// How many takes were played toward the gauge for it.
  public var takes: Int
  /// Their share of the weighted events, 0…1/3.
  public var share: Double
  /// What the gauge gives those takes, in spreads above what the model that it started from plays unsteered.
  public var made: Estimate
  /// The same of what the round plays unsteered: how far it has come.
  public var played: Estimate?
  /// The most nats per event that the held-out takes were allowed.
  public var mostNats: Double?

  /// The gauge without its folder: "shimmer.py".
  public var name: String { Self.name(of: gauge) }

  /// A gauge without its folder: "shimmer.py".
  public static func name(of gauge: String) -> String {
    gauge.split(separator: "/").last.map(String.init) ?? gauge
  }

  /// "1.1 ± 0.2 spreads more", or "less".
  public static func words(of spreads: Estimate) -> String {
    let size = Estimate(value: abs(spreads.value), standardError: spreads.standardError)
    return "\(size.shortText) spreads \(spreads.value < 0 ? "less" : "more")"
  }

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
