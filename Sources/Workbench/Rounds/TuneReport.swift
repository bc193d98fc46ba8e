import Library
import Network
public import Performance

/// What a round of tuning gave.
public struct TuneReport: Codable, Sendable {
  /// The round's number.
  public var round: Int
  /// "current", or "candidate" when it did not pass the gate.
  public var status: String
  /// Why it did not pass the gate.
  public var reason: String?
  /// Played takes that it was trained on.
  public var takes: Int
  /// Seconds of playing that it was trained on.
  public var seconds: Double
  /// Performance events in one pass over them.
  public var eventsPerPass: Int
  /// Takes set aside for judging.
  public var heldOutTakes: Int
  /// Seconds of playing set aside.
  public var heldOutSeconds: Double
  /// Held-out nats per event of the base; `nil` with nothing held out.
  public var base: Estimate?
  /// Held-out nats per event of the new model; `nil` with nothing held out.
  public var tuned: Estimate?
  /// How much better the new model is, take by take; `nil` with nothing held out.
  public var gain: Estimate?
  /// The round that was in use before; `nil` for the base.
  public var previous: Int?
  /// Held-out nats per event of the model that was in use before; `nil` with nothing held out.
  public var standing: Estimate?
  /// How much better the new model is than that one, take by take.
  public var gainOnStanding: Estimate?
  /// How varied what it plays is.
  public var variety: Variety?
  /// How varied what the model plays that was in use before.
  public var standingVariety: Variety?
  /// How varied the musician's own playing is.
  public var ownVariety: Variety?
  /// What it was trained on.
  public var data: TuneOutlook?
  /// The looks at the held-out takes while it was trained, oldest first.
  public var history: [Look]?
  /// How far the round goes from where it started toward where its training led, 0…1; `nil` when that was
  /// not asked.
  public var share: Double?
  /// Passes over the playing that were made, in part or whole.
  public var passes: Double
  /// Events trained on, all passes together.
  public var events: Int
  /// Seconds of training and judging.
  public var wallSeconds: Double
  /// Events a second while training.
  public var eventsPerSecond: Double
  /// The arithmetic that was used.
  public var precision: String
  /// Why training ended.
  public var ending: Ending
  /// The bound on its time, in minutes.
  public var minutes: Double?
  /// SHA-256 of the base's weights.
  public var baseDigest: String?
  /// The weights' file.
  public var weights: String
  /// What the musician should know besides.
  public var remarks: [String]

  /// One look at the held-out takes.
  public struct Look: Codable, Hashable, Sendable {
    /// Passes made until then.
    public var pass: Double
    /// Held-out nats per event.
    public var heldOut: Double
    /// Nats per event of what was trained on since the look before.
    public var training: Double?
  }

  /// Why training ended.
  public enum Ending: String, Codable, Sendable {
    /// All passes were made.
    case passes
    /// The held-out takes stopped getting better.
    case noLongerBetter
    /// The time that was given is over.
    case time
    /// The musician stopped it.
    case stopped
  }
}

extension TuneReport {
  /// The numbers of a round; what only the project knows is filled in afterwards.
  init(round: Int, plan: TunePlan, verdict: Gate.Verdict, result: TrainingResult) {
    let isJudged = !verdict.base.isEmpty
    self.round = round
    status = verdict.reason == nil ? "current" : "candidate"
    reason = verdict.reason
    takes = plan.played.count
    seconds = plan.played.seconds
    eventsPerPass = plan.takes.events
    heldOutTakes = plan.heldOut.count
    heldOutSeconds = plan.heldOut.seconds
    base = isJudged ? Estimate.natsPerEvent(verdict.base) : nil
    tuned = isJudged ? Estimate.natsPerEvent(verdict.round) : nil
    gain = isJudged ? Estimate.gain(from: verdict.base, to: verdict.round) : nil
    previous = verdict.previous
    standing = isJudged ? Estimate.natsPerEvent(verdict.standing) : nil
    gainOnStanding = isJudged ? Estimate.gain(from: verdict.standing, to: verdict.round) : nil
    variety = verdict.variety
    standingVariety = verdict.standingVariety
    ownVariety = verdict.ownVariety
    share = result.share
    let perPass = Double(max(1, plan.takes.reduce(0) { $0 + max(0, $1.events - 1) }))
    history = result.history.map {
      Look(pass: Double($0.events) / perPass, heldOut: $0.nll, training: $0.loss)
    }
    passes = result.passes
    events = result.events
    wallSeconds = 0
    eventsPerSecond = result.eventsPerSecond
    precision = ""
    ending = Ending(result.ending)
    weights = ""
    remarks = []
  }
}

extension TuneReport.Ending {
  init(_ ending: TrainingResult.Ending) {
    switch ending {
    case .passes: self = .passes
    case .noLongerBetter: self = .noLongerBetter
    case .time: self = .time
    case .stopped: self = .stopped
    }
  }
}

extension TuneSettings {
  /// The settings as the network takes them.
  func trainingOptions(precision: Precision) -> TrainingOptions {
    var options = TrainingOptions()
    options.passes = passes
    options.learningRate = Float(learningRate)
    options.lanes = lanes
    options.steps = steps
    options.dropout = Float(dropout)
    options.anchor = Float(anchor)
    options.lowerRate = Float(lowerRate)
    options.averaging = Float(averaging)
    options.evaluationsPerPass = evaluationsPerPass
    options.patience = patience
    options.seed = seed
    options.precision = precision
    return options
  }
}
