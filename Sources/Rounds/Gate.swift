package import Foundation
import Network
package import Performance
import Player
package import Work

/// Whether a round may be put to use: it predicts the held-out takes no worse than the model in use,
/// and what it plays is no less varied.
package struct Gate {
  /// Two rounds' numbers differ by chance too; so many nats per event pass for the same.
  package static let margin = 0.02
  /// The share of each number of variety that must be left.
  package static let varietyShare = 0.9

  /// What the gate made of a round.
  package struct Verdict {
    package var base: [TakeScore]
    /// The model that was in use; `nil` when that was the base.
    package var previous: Int?
    package var standing: [TakeScore]
    package var round: [TakeScore]
    package var variety: Variety
    package var standingVariety: Variety
    package var ownVariety: Variety
    /// Why it may not be put to use; `nil` when it may.
    package var reason: String?
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
  /// - Parameter standing: The round in use; `nil` for the base.
  /// - Throws: `CheckpointError`, `NetworkError`, `LibraryError`.
  package func judge(
    _ file: URL, against standing: (number: Int, weights: URL)?,
    _ progress: @escaping ProgressHandler
  ) throws -> Verdict {
    func scores(_ weights: Weights, _ name: String) throws -> [TakeScore] {
      try Model(weights: weights, precision: training.precision)
        .scores(of: training.heldOut, activity: "judging \(name)", progress: progress)
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
      standing: standing == nil ? base : try scores(inUse, name),
      round: try scores(made, "the round"), variety: try variety(made, "the round"),
      standingVariety: try variety(inUse, name),
      ownVariety: Variety(
        of: try training.plan.played.spread(atMost: Self.mostOwnTakes)
          .map { try training.music.music(of: $0).notes.notes }))
    verdict.reason = Self.reason(against: verdict, previous: name)
    return verdict
  }

  /// Why a round may not be put to use.
  ///
  /// A number of variety that is not far below the musician's own is never too low, whatever the model
  /// before had: a round of somebody who plays in one key should play in one key.
  package static func reason(against verdict: Verdict, previous name: String) -> String? {
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
        + "\(Int(nearestTo: (varietyShare * 100).rounded(.down))) % of that is asked for"
    }
    return nil
  }
}
