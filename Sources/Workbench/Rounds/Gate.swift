import Foundation
import Library
import MIDI
import Network
import Performance
import Work

/// Whether a round may be put to use: it predicts the held-out takes no worse than the model in use,
/// and what it plays is no less varied.
struct Gate {
  /// Two rounds' numbers differ by chance too; so many nats per event pass for the same.
  static let margin = 0.02
  /// The share of each number of variety that must be left.
  static let varietyShare = 0.9
  /// The seed of what a model plays to be judged: always the same, so that two models differ by
  /// their weights alone.
  static let seed: UInt64 = 20

  /// What the gate made of a round.
  struct Verdict {
    var base: [TakeScore]
    /// The model that was in use; `nil` when that was the base.
    var previous: Int?
    var standing: [TakeScore]
    var round: [TakeScore]
    var variety: Variety
    var standingVariety: Variety
    var ownVariety: Variety
    /// Why it may not be put to use; `nil` when it may.
    var reason: String?
  }

  let project: Project
  let training: RoundTraining

  init(of project: Project, training: RoundTraining) {
    self.project = project
    self.training = training
  }

  /// Takes of the musician's whose variety is measured: of more than these a sample from first to last,
  /// since its numbers do not depend on how much there is.
  private static let mostOwnTakes = 500

  /// Judges the weights in a file.
  ///
  /// A stop is passed over: half an answer would be taken for a whole one.
  func judge(_ file: URL, round: Int, _ progress: @escaping ProgressHandler) throws -> Verdict {
    // A round whose weights are gone or damaged holds nobody back: then the base is in its place.
    let inUse = try project.library.currentRound()
    let current = inUse.flatMap { (try? project.weights(of: .round($0.number))) == nil ? nil : $0 }
    func scores(_ weights: Weights, _ name: String) throws -> [TakeScore] {
      try Model(weights: weights, precision: training.precision)
        .scores(of: training.heldOut, activity: "judging \(name)", progress: progress)
    }
    let minutes = training.plan.settings.varietyMinutes
    func variety(_ weights: Weights, _ name: String) throws -> Variety {
      Variety(
        of: try project.sample(
          by: weights, minutes: minutes, activity: "listening to \(name)", progress: progress))
    }
    let made = try Model.weights(from: file)
    let base = try scores(training.base, "the base")
    let standing =
      try current.map { try Model.weights(from: project.weights(of: .round($0.number))) }
      ?? training.base
    let name = current.map { "round \($0.number)" } ?? "the base"
    var verdict = Verdict(
      base: base, previous: current?.number,
      standing: current == nil ? base : try scores(standing, name),
      round: try scores(made, "the round"), variety: try variety(made, "the round"),
      standingVariety: try variety(standing, name),
      ownVariety: Variety(
        of: try project.soundingNotes(of: training.plan.played.spread(atMost: Self.mostOwnTakes))))
    verdict.reason = Self.reason(against: verdict, previous: name)
    return verdict
  }

  /// Why a round may not be put to use.
  ///
  /// A number of variety that is not far below the musician's own is never too low, whatever the model
  /// before had: a round of somebody who plays in one key should play in one key.
  static func reason(against verdict: Verdict, previous name: String) -> String? {
    if !verdict.round.isEmpty {
      let made = Estimate.natsPerEvent(verdict.round).value
      let before = Estimate.natsPerEvent(verdict.standing).value
      if made > before + margin {
        return "it predicts your held-out playing worse than \(name): \(Estimate.fixed(made)) "
          + "against \(Estimate.fixed(before)) nats per event, and \(margin) more is allowed"
      }
    }
    let own = verdict.ownVariety.beside(verdict.ownVariety)
    for (row, own) in zip(verdict.variety.beside(verdict.standingVariety), own)
    where row.value < min(row.other, own.value) * varietyShare {
      return "what it plays is less varied than what \(name) plays: \(row.name) "
        + "\(Estimate.fixed(row.value)) against \(Estimate.fixed(row.other)), and "
        + "\(Int(varietyShare * 100)) % of that is asked for"
    }
    return nil
  }
}

extension Project {
  /// Seconds of each take of a sample.
  private static let secondsOfSample = 30.0

  /// What a model plays to be judged: takes of half a minute from silence, side by side, at
  /// temperature 1 and with a fixed seed.
  ///
  /// A stop is passed over.
  func sample(
    by weights: Weights, minutes: Double, activity: String, seed: UInt64 = Gate.seed,
    progress: @escaping ProgressHandler
  ) throws -> [[Note]] {
    var request = GenerateRequest()
    request.count = max(4, min(256, Int((minutes * 60 / Self.secondsOfSample).rounded())))
    request.seconds = max(1, minutes * 60 / Double(request.count))
    request.seed = seed
    return try play(request, by: weights) { now in
      var now = now
      now.activity = activity
      _ = progress(now)
      return true
    }.map(\.notes)
  }
}
