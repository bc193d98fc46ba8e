package import Foundation
import Network
package import Performance
import Player
package import Work

/// Whether a round may be put to use: it predicts music of the musician's that it has not read better than the
/// base by more than the error of that, or stays near the base; no worse than the model in use; and what it
/// plays is no less varied.
package struct Gate {
  /// Two rounds' numbers differ by chance too; so many nats per event pass for the same.
  package static let margin = 0.02
  /// The share of each number of variety that must be left.
  package static let varietyShare = 0.9

  /// What the gate made of a round.
  package struct Verdict {
    /// How well the base predicts each group of held-out takes.
    package var base: [TakeScore]
    /// The model that was in use; `nil` when that was the base.
    package var previous: Int?
    /// The scores of the model that was in use; `nil` when it has learned from what judges now.
    package var standing: [TakeScore]?
    package var round: [TakeScore]
    package var variety: Variety
    package var standingVariety: Variety
    package var ownVariety: Variety
    /// What the round gains on music that it has not read and that did not choose it: held-out takes, or else
    /// what its folds went without; `nil` when nothing can tell.
    package var gain: Estimate?
    /// The same with the error that it has for other music of the musician's.
    package var promised: Estimate?
    /// How far it goes from the base, 0…; `nil` when that was not asked.
    package var share: Double?
    /// Whether it must gain more than its error.
    package var mustGain = false
    /// What it gains on the pieces that it learned from.
    package var repertoire: Estimate?
    /// Whether it is to know these by heart, and may be worse at all else.
    package var isByHeart = false
    /// Why it may not be put to use; `nil` when it may.
    package var reason: String?
  }

  /// The model in use.
  package struct Standing {
    package var number: Int
    package var weights: URL
    /// Whether what is held out can judge it: it has learned from none of that.
    package var isJudged: Bool

    /// A round in use.
    package init(number: Int, weights: URL, isJudged: Bool) {
      self.number = number
      self.weights = weights
      self.isJudged = isJudged
    }
  }

  private let training: RoundTraining

  /// The gate of a round that was trained so.
  package init(_ training: RoundTraining) { self.training = training }

  /// Takes of the musician's whose variety is measured: of more than these a sample from first to last,
  /// since its numbers do not depend on how much there is.
  private static let mostOwnTakes = 500

  /// Judges the weights in a file.
  ///
  /// A stop is passed over: half an answer would be taken for a whole one.
  ///
  /// - Parameters:
  ///   - result: How the weights came about.
  ///   - standing: The round in use; `nil` for the base.
  /// - Throws: `CheckpointError`, `NetworkError`, `LibraryError`.
  package func judge(
    _ file: URL, _ result: RoundResult, against standing: Standing?,
    _ progress: @escaping ProgressHandler
  ) throws -> Verdict {
    func scores(_ weights: Weights, _ name: String) throws -> [TakeScore] {
      try Model(weights: weights, precision: training.precision)
        .scores(of: training.heldOut, activity: "judging \(name)", progress: progress)
        .summed(by: training.plan.heldOut.map(\.group))
    }
    let minutes = training.plan.settings.varietyMinutes
    func variety(_ weights: Weights, _ name: String) throws -> Variety {
      Variety(
        of: try ModelSample.notes(
          by: weights, minutes: minutes, activity: "listening to \(name)", progress: progress))
    }
    let made = try Model.weights(from: file)
    let base = try scores(training.base, "the base")
    let inUse = try standing.map { try Model.weights(from: $0.weights) } ?? training.base
    let name = standing.map { "round \($0.number)" } ?? "the base"
    var verdict = Verdict(
      base: base, previous: standing?.number,
      standing: standing == nil
        ? base : standing?.isJudged == false ? nil : try scores(inUse, name),
      round: try scores(made, "the round"), variety: try variety(made, "the round"),
      standingVariety: try variety(inUse, name),
      ownVariety: Variety(
        of: try training.plan.played.spread(atMost: Self.mostOwnTakes)
          .map { try training.music.music(of: $0).notes.notes }))
    let events = base.reduce(0) { $0 + $1.events }
    verdict.gain =
      base.isEmpty
      ? result.way?.gain
      : WayChoice.wider(Estimate.gain(from: base, to: verdict.round), events: events, result.way)
    verdict.promised = verdict.gain.map {
      WayChoice.promise($0, isHeldOut: !base.isEmpty, result.way)
    }
    verdict.share = result.training.share
    verdict.isByHeart = training.plan.settings.repertoire
    verdict.mustGain = training.plan.settings.folds > 0 && !verdict.isByHeart
    verdict.repertoire = try repertoire(of: made, progress)
    verdict.reason = Self.reason(against: verdict, previous: name)
    return verdict
  }

  /// Events of the pieces that a round learned from by which it is told how well it knows them.
  private static let repertoireEvents = 30_000

  /// What a round gains on the base on what it learned from, as far as that is the musician's.
  private func repertoire(of made: Weights, _ progress: @escaping ProgressHandler) throws
    -> Estimate?
  {
    let played = training.plan.played
    guard !played.isEmpty else { return nil }
    let takes = try played.map { try training.music.music(of: $0).tokens }
      .beginnings(atMost: Self.repertoireEvents)
    func scores(_ weights: Weights) throws -> [TakeScore] {
      try Model(weights: weights, precision: training.precision)
        .scores(of: takes, activity: "judging your repertoire", progress: progress)
        .summed(by: played.map(\.group))
    }
    return Estimate.gain(from: try scores(training.base), to: try scores(made))
  }

  /// Why a round may not be put to use.
  ///
  /// A number of variety that is not far below the musician's own is never too low, whatever the model
  /// before had: a round of somebody who plays in one key should play in one key.
  package static func reason(against verdict: Verdict, previous name: String) -> String? {
    if verdict.mustGain, (verdict.share ?? 1) > WayChoice.least + 1e-9 {
      guard let gain = verdict.gain else {
        return "nothing can tell whether it plays more like you: bring in more pieces"
      }
      guard gain.value > gain.standardError ?? .infinity else {
        return "what it gains on music of yours that it has not read, \(gain.text) nats per event, "
          + "is not more than its error"
      }
    }
    if let standing = verdict.standing, !verdict.round.isEmpty, !verdict.isByHeart {
      let made = Estimate.natsPerEvent(verdict.round).value
      let before = Estimate.natsPerEvent(standing).value
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
        + "\(Int(nearestTo: (varietyShare * 100).rounded(.down))) % of that is asked for"
    }
    return nil
  }
}
