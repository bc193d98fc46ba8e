package import Foundation
import Library
package import Network
import Player
package import Work

/// The training of one round, from its plan to its weights; also repeated to verify a round.
package struct RoundTraining {
  package let plan: TunePlan
  package let precision: Precision
  package let base: Weights
  /// The weights that it starts from, the base's or its parent's.
  package let start: Weights
  package let baseDigest: String
  package let startDigest: String
  package let music: TakeMusic
  /// The held-out takes as events.
  package let heldOut: [[UInt16]]
  let corpus: TakeCorpus
  let minutes: Double?
  private let toward: TowardTraining?
  private let template: String

  /// Reads the weights and the takes.
  ///
  /// - Parameters:
  ///   - plan: What it is trained on, and how.
  ///   - music: The takes of the plan.
  ///   - base: The project's base.
  ///   - parent: The weights of the round that the plan starts from; `nil` for the base.
  ///   - template: The template's name, which is stored in the weights' metadata.
  ///   - minutes: The time limit in minutes; `nil` for none.
  ///   - toward: What it is trained toward; `nil` for most rounds.
  /// - Throws: `CheckpointError`, `LibraryError`.
  package init(
    _ plan: TunePlan, of music: TakeMusic, base: WeightsFile, parent: WeightsFile?,
    template: String, precision: Precision, minutes: Double?, toward: TowardTraining? = nil
  ) throws {
    self.plan = plan
    self.music = music
    self.precision = precision
    self.minutes = minutes
    self.toward = toward
    self.template = template
    self.base = try Model.weights(from: base.url)
    baseDigest = base.digest
    start = try parent.map { try Model.weights(from: $0.url) } ?? self.base
    startDigest = (parent ?? base).digest
    corpus = try TakeCorpus(plan, music, toward: toward, for: self.base.shape.form)
    heldOut = try plan.heldOut.map { try music.music(of: $0).tokens }
  }

  /// Trains, and chooses how far to go toward the trained weights.
  ///
  /// - Parameters:
  ///   - files: Where the state is saved during training and when it is interrupted; `nil` for nowhere.
  ///   - resuming: Whether to resume the state saved there.
  ///   - stop: Events after which to stop, to repeat a round that was stopped by hand.
  ///   - rehearses: Whether to use a ``Rehearsal`` when nothing is held out.
  ///   - onEvaluation: Called with the weights at each evaluation, and the events that they were trained on.
  /// - Throws: `NetworkError`, `CheckpointError`, `LibraryError`, `DiskError`.
  package func run(
    savingTo files: ModelFiles? = nil, resuming: Bool = false, stoppingAt stop: Int = .max,
    rehearses: Bool = true, onEvaluation: ((_ weights: Weights, _ events: Int) -> Void)? = nil,
    progress: @escaping ProgressHandler
  ) throws -> RoundResult {
    if let toward { return try run(toward, progress: progress) }
    if plan.settings.folds > 0, !plan.settings.repertoire, let folds = Folds(of: plan) {
      return try run(
        in: folds, savingTo: files, resuming: resuming, stoppingAt: stop,
        onEvaluation: onEvaluation,
        progress: progress)
    }
    var result = try trained(
      resuming: resuming ? files?.unfinishedRun : nil, savingTo: files?.unfinishedRun,
      stoppingAt: stop, onEvaluation: onEvaluation, progress: progress)
    if plan.settings.repertoire {
      (result.best, result.share) = (result.last, 1)
      return RoundResult(training: result, way: nil)
    }
    if plan.settings.folds > 0 {
      // A single group of takes, so nothing unseen can evaluate the round.
      result.goBack(to: WayChoice.smallestShare, from: start)
      return RoundResult(training: result, way: nil)
    }
    guard plan.settings.interpolation else { return RoundResult(training: result, way: nil) }
    let clock = ContinuousClock()
    let begin = clock.now
    if rehearses, result.ending == .passes, minutes == nil,
      let share = try rehearsedShare(progress: progress)
    {
      result.goBack(to: share, from: start)
    }
    result = try interpolation(judgedBy: heldOut).applied(to: result, from: start) { done, total in
      _ = progress(
        WorkProgress(
          activity: "weighing the round", done: Double(done), total: Double(total),
          unit: "looks", seconds: (clock.now - begin) / .seconds(1)))
    }
    return RoundResult(training: result, way: nil)
  }

  var options: TrainingOptions {
    var options = plan.settings.trainingOptions(precision: precision)
    options.seconds = minutes.map { $0 * 60 }
    return options
  }

  private func interpolation(judgedBy sequences: [[UInt16]]) -> Interpolation {
    Interpolation(judgedBy: sequences.map(base.shape.form.sequence), precision: precision)
  }

  /// Trains or resumes; the memory of the run is freed on return.
  private func trained(
    resuming file: URL?, savingTo saved: URL?, stoppingAt stop: Int,
    onEvaluation: ((_ weights: Weights, _ events: Int) -> Void)?,
    progress: @escaping ProgressHandler
  ) throws -> TrainingResult {
    let isJudged = plan.settings.folds == 0 && !plan.settings.repertoire
    let judged = isJudged ? heldOut.map(base.shape.form.sequence) : []
    let run =
      try file.map {
        try TrainingRun(resuming: $0, options: options) { _ in (corpus, judged) }
      }
      ?? TrainingRun(
        start: start, anchor: base, corpus: corpus, heldOut: judged, options: options)
    run.onEvaluation = onEvaluation
    let result = try run.run(savingTo: saved) { now in
      let goesOn = progress(
        WorkProgress(
          activity: "tuning", done: Double(now.events),
          doneBefore: Double(now.eventsBefore), total: Double(now.totalEvents), unit: "events",
          seconds: now.trainingSeconds, detail: Self.detail(of: now),
          curve: now.history.map(\.nll)))
      return goesOn && now.events < stop && (try? corpus.check()) != nil
    }
    try corpus.check()
    if let saved, result.ending.isUnfinished { try run.save(to: saved) }
    return result
  }

  /// How far the round should go according to a rehearsal; `nil` when there is none, or it was stopped.
  private func rehearsedShare(progress: @escaping ProgressHandler) throws -> Double? {
    guard let rehearsal = Rehearsal(of: plan),
      let result = try rehearsed(rehearsal, progress: progress)
    else { return nil }
    let leftOut = try rehearsal.leftOut.map { try music.music(of: plan.takes[$0]).tokens }
    return try interpolation(judgedBy: leftOut).bestShare(of: result, from: start)
  }

  private func rehearsed(
    _ rehearsal: Rehearsal, progress: @escaping ProgressHandler
  ) throws -> TrainingResult? {
    let run = try TrainingRun(
      start: start, anchor: base, corpus: rehearsal.corpus(of: corpus), heldOut: [],
      options: options)
    let result = try run.run { now in
      progress(
        WorkProgress(
          activity: "rehearsing without your latest playing", done: Double(now.events),
          total: Double(now.totalEvents), unit: "events", seconds: now.trainingSeconds))
    }
    try corpus.check()
    return result.ending == .passes ? result : nil
  }

  /// Writes a round's weights; the same weights always give the same bytes.
  ///
  /// - Throws: `CheckpointError`, `DiskError`.
  package func write(_ result: TrainingResult, asRound number: Int, to file: URL) throws {
    try Checkpoint.write(
      result.best, to: file, as: .float16,
      metadata: [
        "woodshed.round": "\(number)", "woodshed.base": template,
        Form.key: base.shape.form.rawValue,
      ])
  }

  static func detail(of now: TrainingProgress) -> String {
    var parts: [String] = []
    if let first = now.startNLL, let best = now.bestNLL {
      parts.append("held-out \(Estimate.fixed(first)) → \(Estimate.fixed(best))")
    }
    parts.append("pass \(now.pass + 1)")
    return parts.joined(separator: " · ")
  }
}
