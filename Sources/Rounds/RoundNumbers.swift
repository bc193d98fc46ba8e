import Foundation
package import Library
import Network
public import Performance

/// What a round's record holds of how it was made and judged.
///
/// Records of older versions lack some of it, which is then empty; none is ever written again.
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
  /// What the round gains on music that it has not read and that did not choose it, with an error for other
  /// music of the musician's: on held-out takes, or else on what its folds went without.
  public var promised: Estimate?
  /// What it gains on the pieces that it learned from: how well it knows them.
  public var repertoire: Estimate?
  /// Whether it was to know these by heart.
  public var isByHeart: Bool?
  /// Groups of takes of the same music that were set aside.
  public var heldOutGroups: Int?
  /// Whether groups are sittings: the playing repeats itself, so that what judges may be the same music played
  /// at another time.
  public var areSittings: Bool?
  /// How far it goes and why; `nil` for rounds without folds.
  public var way: Way?
  /// The group of each played take of the data list and then of each held-out one.
  public var groups: [Int]?
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

extension RoundNumbers {
  /// The numbers of a round; what only the whole tuning knows is filled in afterwards.
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
    standing = isJudged ? verdict.standing.map(Estimate.natsPerEvent) : nil
    gainOnStanding =
      isJudged ? verdict.standing.map { Estimate.gain(from: $0, to: verdict.round) } : nil
    promised = verdict.promised
    repertoire = verdict.repertoire
    isByHeart = verdict.isByHeart ? true : nil
    heldOutGroups = verdict.base.count
    areSittings = plan.areSittings == true ? true : nil
    self.way = way
    groups = (plan.played + plan.heldOut).compactMap(\.group)
    variety = verdict.variety
    standingVariety = verdict.standingVariety
    ownVariety = verdict.ownVariety
    share = result.share
    let perPass = Double(max(1, plan.takes.reduce(0) { $0 + max(0, $1.events - 1) }))
    // The looks are those of the first fold, which reads all but its own part.
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
  /// Whether it says all that a round is made again by: records of before version 0.1 do not.
  package var isComplete: Bool { !precision.isEmpty && baseDigest != nil }

  /// Reads what a record holds, of whatever version; what it lacks is empty.
  ///
  /// - Throws: `DecodingError` for what is there and is of another kind.
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
  }

  /// The text of the record; the data list has a table of its own.
  package func recorded() throws -> String {
    var numbers = self
    numbers.data?.takes = []
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(numbers), as: UTF8.self)
  }
}

extension RoundRecord {
  /// Its numbers; `nil` when they are none that this woodshed reads.
  package var roundNumbers: RoundNumbers? {
    try? JSONDecoder().decode(RoundNumbers.self, from: Data(numbers.utf8))
  }
}

extension TakeLibrary {
  /// Records a round that was trained and judged, and puts it to use when it passed the gate.
  ///
  /// - Parameters:
  ///   - weights: The file that it was written to, beside the other models.
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
