import Foundation
package import Library
import Network
public import Performance

/// The record of how a round was trained and judged.
///
/// Records of older versions lack some fields, which are then empty; a record is never rewritten.
public struct RoundNumbers: Codable, Sendable {
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
  /// The number of held-out takes.
  public var heldOutTakes: Int
  /// Seconds of held-out playing.
  public var heldOutSeconds: Double
  /// Held-out nats per event of the base; `nil` with nothing held out.
  public var base: Estimate?
  /// Held-out nats per event of the new model; `nil` with nothing held out.
  public var tuned: Estimate?
  /// The new model's gain on the base in held-out nats per event; `nil` with nothing held out.
  public var gain: Estimate?
  /// The gain on music that neither trained the round nor chose how far it goes, on held-out takes
  /// or else on those that its folds left out; with the standard error of a prediction for other
  /// music of the musician's.
  public var promised: Estimate?
  /// The gain on the pieces that it was trained on: how well it knows them.
  public var repertoire: Estimate?
  /// Whether it was to learn these by heart.
  public var isByHeart: Bool?
  /// How many groups of takes of the same music were held out.
  public var heldOutGroups: Int?
  /// Whether groups are sittings: the playing repeats itself, so that held-out takes may be of the same
  /// music, played at another time.
  public var areSittings: Bool?
  /// How far it goes and why; `nil` for rounds without folds.
  public var way: Way?
  /// The group of each played take that it was trained on, and then of each held-out take.
  public var groups: [Int]?
  /// The round that was in use before; `nil` for the base.
  public var previous: Int?
  /// Held-out nats per event of the model that was in use before; `nil` with nothing held out.
  public var standing: Estimate?
  /// The new model's gain on that one in held-out nats per event.
  public var gainOnStanding: Estimate?
  /// The variety of what it plays.
  public var variety: Variety?
  /// The variety of what the model that was in use before plays.
  public var standingVariety: Variety?
  /// The variety of the musician's own playing.
  public var ownVariety: Variety?
  /// What it was trained on.
  public var data: TuneOutlook?
  /// The evaluations of the held-out takes during training, oldest first.
  public var history: [Look]?
  /// How far the round goes from the weights that it started from toward the trained ones; `nil` when that
  /// was not chosen.
  public var share: Double?
  /// Passes over the playing, fractional.
  public var passes: Double
  /// Events trained on, all passes together.
  public var events: Int
  /// Seconds of training and judging.
  public var wallSeconds: Double
  /// Events per second in training.
  public var eventsPerSecond: Double
  /// The precision used.
  public var precision: String
  /// Why training ended.
  public var ending: Ending
  /// The limit on its time, in minutes.
  public var minutes: Double?
  /// SHA-256 of the base's weights.
  public var baseDigest: String?
  /// What it was trained toward; `nil` for most rounds.
  public var toward: TowardNumbers?

  /// One evaluation of the held-out takes.
  public struct Look: Codable, Hashable, Sendable {
    /// Passes made until then.
    public var pass: Double
    /// Held-out nats per event.
    public var heldOut: Double
    /// Training loss in nats per event since the previous evaluation.
    public var training: Double?
  }

  /// Why training ended.
  public enum Ending: String, Codable, Sendable {
    /// All passes were made.
    case passes
    /// Early stopping: evaluations no longer improved.
    case noLongerBetter
    /// The time limit was reached.
    case time
    /// The musician stopped it.
    case stopped
  }
}

extension RoundNumbers {
  /// The record of a round; `data`, `wallSeconds`, `precision`, `minutes` and `baseDigest` are set by the
  /// caller afterwards.
  package init(round: Int, plan: TunePlan, verdict: Gate.Verdict, result: RoundResult) {
    let (result, way) = (result.training, result.way)
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
    standing = isJudged ? verdict.inUse.map(Estimate.natsPerEvent) : nil
    gainOnStanding =
      isJudged ? verdict.inUse.map { Estimate.gain(from: $0, to: verdict.round) } : nil
    promised = verdict.promised
    repertoire = verdict.repertoire
    isByHeart = verdict.isByHeart ? true : nil
    heldOutGroups = verdict.base.count
    areSittings = plan.areSittings == true ? true : nil
    self.way = way
    groups = (plan.played + plan.heldOut).compactMap(\.group)
    variety = verdict.variety
    standingVariety = verdict.varietyInUse
    ownVariety = verdict.ownVariety
    share = result.share
    let perPass = Double(max(1, plan.takes.reduce(0) { $0 + max(0, $1.events - 1) }))
    // The evaluations are those of the first fold's training, which reads all folds but one.
    let folds = way == nil ? nil : Folds(of: plan)?.count
    let shareRead = folds.map { Double($0 - 1) / Double($0) } ?? 1
    history = result.history.map {
      Look(
        pass: Double($0.events) / (perPass * max(0.5, shareRead)), heldOut: $0.nll,
        training: $0.loss)
    }
    passes = result.passes
    events = result.events
    wallSeconds = 0
    eventsPerSecond = result.eventsPerSecond
    precision = ""
    ending = Ending(result.ending)
  }
}

extension RoundNumbers.Ending {
  init(_ ending: TrainingResult.Ending) {
    switch ending {
    case .passes: self = .passes
    case .noLongerBetter: self = .noLongerBetter
    case .time: self = .time
    case .stopped: self = .stopped
    }
  }
}

// MARK: - The record

extension RoundNumbers {
  /// Whether it has all that is needed to train the round again; records from before version 0.1 have not.
  package var isComplete: Bool { !precision.isEmpty && baseDigest != nil }

  /// Reads a record of any version; fields that it lacks are empty.
  ///
  /// - Throws: `DecodingError` for a field of the wrong type.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func read<Value: Decodable>(_ key: CodingKeys, _ missing: Value) throws -> Value {
      try values.decodeIfPresent(Value.self, forKey: key) ?? missing
    }
    func read<Value: Decodable>(_ key: CodingKeys) throws -> Value? {
      try values.decodeIfPresent(Value.self, forKey: key)
    }
    round = try read(.round, 0)
    status = try read(.status, "")
    reason = try read(.reason)
    takes = try read(.takes, 0)
    seconds = try read(.seconds, 0)
    eventsPerPass = try read(.eventsPerPass, 0)
    heldOutTakes = try read(.heldOutTakes, 0)
    heldOutSeconds = try read(.heldOutSeconds, 0)
    base = try read(.base)
    tuned = try read(.tuned)
    gain = try read(.gain)
    promised = try read(.promised)
    repertoire = try read(.repertoire)
    isByHeart = try read(.isByHeart)
    heldOutGroups = try read(.heldOutGroups)
    areSittings = try read(.areSittings)
    way = try read(.way)
    groups = try read(.groups)
    previous = try read(.previous)
    standing = try read(.standing)
    gainOnStanding = try read(.gainOnStanding)
    variety = try read(.variety)
    standingVariety = try read(.standingVariety)
    ownVariety = try read(.ownVariety)
    data = try read(.data)
    history = try read(.history)
    share = try read(.share)
    passes = try read(.passes, 0)
    events = try read(.events, 0)
    wallSeconds = try read(.wallSeconds, 0)
    eventsPerSecond = try read(.eventsPerSecond, 0)
    precision = try read(.precision, "")
    ending = try read(.ending, .passes)
    minutes = try read(.minutes)
    baseDigest = try read(.baseDigest)
    toward = try read(.toward)
  }

  /// The record as JSON, without the list of takes, which has a table of its own.
  package func recorded() throws -> String {
    var numbers = self
    numbers.data?.takes = []
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(numbers), as: UTF8.self)
  }
}

extension RoundRecord {
  /// Its numbers; `nil` when this version cannot read them.
  package var roundNumbers: RoundNumbers? {
    try? JSONDecoder().decode(RoundNumbers.self, from: Data(numbers.utf8))
  }
}

extension TakeLibrary {
  /// Records a round that was trained and judged, and puts it to use if it passed the gate.
  ///
  /// - Parameters:
  ///   - weights: The file of its weights, in the folder of the other models.
  ///   - parentDigest: SHA-256 of the weights that it started from.
  ///   - programVersion: The version of the program that trained it.
  /// - Throws: `LibraryError`.
  package func addRound(
    _ numbers: RoundNumbers, of plan: TunePlan, weights: WeightsFile, parentDigest: String,
    programVersion: String
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    _ = try addRound(
      NewRound(
        number: numbers.round, parent: plan.parent, createdAt: dateInOrder(),
        settings: String(decoding: try encoder.encode(plan.settings), as: UTF8.self),
        seed: plan.settings.seed, programVersion: programVersion,
        status: numbers.status == "current" ? .current : .candidate, numbers: numbers.recorded(),
        weightsFile: weights.url.lastPathComponent, weightsDigest: weights.digest,
        takes: plan.roundTakes, parentDigest: parentDigest, reason: numbers.reason))
  }
}
