package import Foundation
import Network
package import Performance
import Player
package import Work

/// Decides whether a round may be put to use.
///
/// It must predict unseen music of the musician's better than the base by more than the standard error, or
/// stay near the base; it must predict the held-out takes no worse than the model in use; and what it plays
/// must be no less varied.
package struct Gate {
  /// Nats per event by which a round may be worse than the model in use, since two
  /// rounds differ by chance too.
  package static let margin = 0.02
  /// The fraction of each measure of variety that a round must keep.
  package static let varietyShare = 0.9

  /// The result of judging a round.
  package struct Verdict {
    /// How well the base predicts each group of held-out takes.
    package var base: [TakeScore]
    /// The round that was in use; `nil` when that was the base.
    package var previous: Int?
    /// The scores of the model that was in use; `nil` when it was trained on takes that are held out now.
    package var inUse: [TakeScore]?
    package var round: [TakeScore]
    package var variety: Variety
    package var varietyInUse: Variety
    package var ownVariety: Variety
    /// The round's gain in nats per event on music that neither trained it nor chose how far it goes: on the
    /// base for held-out takes, or else on the starting weights for those that its folds left out; `nil` when
    /// there are none.
    package var gain: Estimate?
    /// The same gain with the standard error of a prediction for other music of the musician's.
    package var promised: Estimate?
    /// How far it goes from the base toward the trained weights, 0…; `nil` when that was not chosen.
    package var share: Double?
    /// Whether its gain must exceed the standard error.
    package var mustGain = false
    /// Its gain on the pieces that it was trained on.
    package var repertoire: Estimate?
    /// Whether it is to learn these by heart, and may be worse on all other music.
    package var isByHeart = false
    /// Why it may not be put to use; `nil` when it may.
    package var reason: String?
  }

  /// The model in use.
  package struct ModelInUse {
    package var number: Int
    package var weights: URL
    /// Whether the held-out takes can evaluate it: it was trained on none of them.
    package var canBeEvaluated: Bool

    /// A round in use.
    package init(number: Int, weights: URL, canBeEvaluated: Bool) {
      self.number = number
      self.weights = weights
      self.canBeEvaluated = canBeEvaluated
    }
  }

  private let training: RoundTraining

  /// The gate for a round of this training.
  package init(_ training: RoundTraining) { self.training = training }

  /// The most takes of the musician's whose variety is measured; of more, an even sample is taken, since the
  /// measures do not depend on the amount of music.
  private static let mostOwnTakes = 500

  /// Judges the weights in a file.
  ///
  /// A request to stop is ignored: a partial result would be taken for a complete one.
  ///
  /// - Parameters:
  ///   - result: The training that gave the weights.
  ///   - modelInUse: The round in use; `nil` for the base.
  /// - Throws: `CheckpointError`, `NetworkError`, `LibraryError`.
  package func judge(
    _ file: URL, _ result: RoundResult, against modelInUse: ModelInUse?,
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
    let weightsInUse = try modelInUse.map { try Model.weights(from: $0.weights) } ?? training.base
    let name = modelInUse.map { "round \($0.number)" } ?? "the base"
    var verdict = Verdict(
      base: base, previous: modelInUse?.number,
      inUse: modelInUse == nil
        ? base : modelInUse?.canBeEvaluated == false ? nil : try scores(weightsInUse, name),
      round: try scores(made, "the round"), variety: try variety(made, "the round"),
      varietyInUse: try variety(weightsInUse, name),
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

  /// The most events of the training takes on which the gain on the repertoire is measured.
  private static let repertoireEvents = 30_000

  /// The gain on the base, in nats per event, on the musician's takes that the round was trained on.
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

  /// Why a round may not be put to use; `nil` when it may.
  ///
  /// A measure of variety that is not far below the musician's own is never too low, whatever the previous
  /// model had: a round of somebody who plays in one key should play in one key.
  package static func reason(against verdict: Verdict, previous name: String) -> String? {
    if verdict.mustGain, (verdict.share ?? 1) > WayChoice.smallestShare + 1e-9 {
      guard let gain = verdict.gain else {
        return "nothing can tell whether it plays more like you: bring in more pieces"
      }
      guard gain.value > gain.standardError ?? .infinity else {
        return "what it gains on music of yours that it has not read, \(gain.text) nats per event, "
          + "is not more than its error"
      }
    }
    if let inUse = verdict.inUse, !verdict.round.isEmpty, !verdict.isByHeart {
      let made = Estimate.natsPerEvent(verdict.round).value
      let before = Estimate.natsPerEvent(inUse).value
      if made > before + margin {
        return "it predicts your held-out playing worse than \(name): \(Estimate.fixed(made)) "
          + "against \(Estimate.fixed(before)) nats per event, and \(margin) more is allowed"
      }
    }
    let own = verdict.ownVariety.beside(verdict.ownVariety)
    for (row, own) in zip(verdict.variety.beside(verdict.varietyInUse), own)
    where row.value < min(row.other, own.value) * varietyShare {
      return "what it plays is less varied than what \(name) plays: \(row.name) "
        + "\(Estimate.fixed(row.value)) against \(Estimate.fixed(row.other)), and "
        + "\(Int(nearestTo: (varietyShare * 100).rounded(.down))) % of that is asked for"
    }
    return nil
  }
}
