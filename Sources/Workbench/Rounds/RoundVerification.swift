import Foundation
import Library
import Network
import Player
import Rounds
public import Work

/// The result of training a round again from its record.
public struct VerifyReport: Codable, Sendable {
  /// The round.
  public var round: Int
  /// SHA-256 of the weights on record.
  public var recorded: String
  /// SHA-256 of the weights that were trained now.
  public var made: String
  /// Seconds that it took.
  public var wallSeconds: Double
  /// What is different from when it was trained and may change the weights.
  public var remarks: [String]

  /// Whether the weights are the same.
  public var isSame: Bool { recorded == made }

  /// - Throws: `RoundsError.notRepeatable` if the weights are not the same.
  public func requireSameness() throws {
    guard !isSame else { return }
    throw RoundsError.notRepeatable(number: round, cause: "its weights came out different")
  }
}

extension Project {
  /// Trains a round again from its record and compares the weights; nothing is stored.
  ///
  /// - Throws: `RoundsError` if the record does not suffice or the training was stopped; what reading and
  ///   training throw.
  public func verify(round number: Int, progress: @escaping ProgressHandler) throws
    -> VerifyReport
  {
    let clock = ContinuousClock()
    let start = clock.now
    let round = try record(ofRound: number)
    let (training, result) = try trainedAgain(round, progress: progress)
    let file = FileManager.default.temporaryDirectory
      .appending(path: "woodshed-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: file) }
    try training.write(result.training, asRound: number, to: file)
    var remarks: [String] = []
    if round.programVersion != Version.text {
      remarks.append(
        "woodshed \(round.programVersion) trained it; this is \(Version.text), which may "
          + "calculate otherwise")
    }
    return VerifyReport(
      round: number, recorded: round.weightsDigest ?? "",
      made: try Digest.sha256(ofFileAt: file), wallSeconds: (clock.now - start) / .seconds(1),
      remarks: remarks)
  }

  /// Trains a round again from its record.
  func trainedAgain(_ round: RoundRecord, progress: @escaping ProgressHandler) throws
    -> (training: RoundTraining, result: RoundResult)
  {
    func refuse(_ cause: String) -> RoundsError {
      .notRepeatable(number: round.number, cause: cause)
    }
    guard let numbers = round.roundNumbers, round.weightsDigest != nil,
      let baseDigest = numbers.baseDigest, let asked = ComputePrecision(rawValue: numbers.precision)
    else { throw refuse("its record is of an older woodshed and does not say enough") }
    if let toward = numbers.toward {
      throw refuse("it was trained toward \(toward.name), and the takes for that are not kept")
    }
    guard numbers.minutes == nil else { throw RoundsError.againstTheClock(number: round.number) }
    let music = TakeMusic(library)
    let plan = try plan(ofRound: round, music)
    let training = try RoundTraining(
      plan, of: music, base: resolve(.base).weights(),
      parent: try plan.parent.map { try resolve(.round($0)).weights() },
      template: settings.template, precision: Precision(asked), minutes: nil)
    guard training.baseDigest == baseDigest, training.startDigest == round.parentDigest else {
      throw refuse("the weights it started from are not the same any more")
    }
    let stop = numbers.ending == .stopped ? numbers.events : .max
    let result = try training.run(
      stoppingAt: stop, rehearses: numbers.share != nil, progress: progress)
    guard
      result.training.ending != .stopped
        || numbers.ending == .stopped && result.training.events == numbers.events
    else { throw refuse("it was stopped") }
    return (training, result)
  }

  /// The plan of a round, from its record.
  private func plan(ofRound round: RoundRecord, _ music: TakeMusic) throws -> TunePlan {
    var plan = TunePlan(settings: try round.tuneSettings, parent: round.parent)
    let playing = try library.playing()
    var groups = (round.roundNumbers?.groups ?? []).makeIterator()
    for listed in try library.takes(ofRound: round.number) {
      guard let take = try library.take(listed.take), take.digest == listed.digest else {
        throw RoundsError.notRepeatable(
          number: round.number, cause: "take \(listed.take) is not the one it learned from")
      }
      var entry = TunePlan.Entry(
        number: listed.take, digest: listed.digest, origin: take.origin,
        phrase: listed.phrase, nanoseconds: playing[listed.take] ?? 0,
        events: try music.music(of: listed.take, phrase: listed.phrase).tokens.count,
        weight: listed.weight)
      if take.origin == .played { entry.group = groups.next() }
      if listed.role == .train { plan.takes.append(entry) } else { plan.heldOut.append(entry) }
    }
    return plan
  }
}
