import Foundation
import Library
import MIDI
import Network
import Performance
import Work

/// The training of one round, from its plan to its weights: what `tune` does, and what is done again
/// to verify it.
struct RoundTraining {
  let plan: TunePlan
  let precision: Precision
  let base: Weights
  /// The weights that it starts from: the base's or its parent's.
  let start: Weights
  let baseDigest: String
  let startDigest: String
  let corpus: TakeCorpus
  /// The held-out takes as tokens.
  let heldOut: [[UInt16]]
  private let template: String
  private let minutes: Double?

  init(_ plan: TunePlan, of project: Project, precision: Precision, minutes: Double?) throws {
    self.plan = plan
    self.precision = precision
    self.minutes = minutes
    template = project.settings.template
    base = try Model.weights(from: project.weights(of: .base))
    baseDigest = try Digest.sha256(ofFileAt: project.baseWeights)
    if let parent = plan.parent {
      let file = try project.weights(of: .round(parent))
      start = try Model.weights(from: file)
      startDigest = try Digest.sha256(ofFileAt: file)
    } else {
      start = base
      startDigest = baseDigest
    }
    corpus = try TakeCorpus(plan, of: project)
    heldOut = try plan.heldOut.map {
      PreparedNotes(try project.soundingNotes(of: $0.number, phrase: $0.phrase)).tokens()
    }
  }

  /// Trains to the end, and weighs how far to go.
  ///
  /// - Parameters:
  ///   - file: An interrupted run to go on with.
  ///   - saved: Where the state is kept meanwhile, and when the run is not over; `nil` for nowhere.
  ///   - stop: Events after which it stops, as a round did that was stopped by hand.
  ///   - rehearses: Whether a rehearsal says how far to go when nothing else does.
  ///   - onEvaluation: Is given the weights at each look at the held-out takes.
  func run(
    resuming file: URL? = nil, savingTo saved: URL?, stoppingAt stop: Int = .max,
    rehearses: Bool = true, onEvaluation: ((_ weights: Weights, _ events: Int) -> Void)? = nil,
    progress: @escaping ProgressHandler
  ) throws -> TrainingResult {
    var result = try trained(
      resuming: file, savingTo: saved, stoppingAt: stop, onEvaluation: onEvaluation,
      progress: progress)
    guard plan.settings.interpolation else { return result }
    let clock = ContinuousClock()
    let begin = clock.now
    if rehearses, result.ending == .passes, minutes == nil,
      let share = try rehearsedShare(progress: progress)
    {
      result.goBack(to: share, from: start)
    }
    return try interpolation(judgedBy: heldOut).applied(to: result, from: start) { done, total in
      _ = progress(
        WorkProgress(
          activity: "weighing the round", done: Double(done), total: Double(total),
          unit: "looks", seconds: (clock.now - begin) / .seconds(1)))
    }
  }

  private var options: TrainingOptions {
    var options = plan.settings.trainingOptions(precision: precision)
    options.seconds = minutes.map { $0 * 60 }
    return options
  }

  private func interpolation(judgedBy sequences: [[UInt16]]) -> Interpolation {
    Interpolation(judgedBy: sequences, context: base.shape.hearing, precision: precision)
  }

  /// What the training gives, whose memory is free then.
  private func trained(
    resuming file: URL?, savingTo saved: URL?, stoppingAt stop: Int,
    onEvaluation: ((_ weights: Weights, _ events: Int) -> Void)?,
    progress: @escaping ProgressHandler
  ) throws -> TrainingResult {
    let run =
      try file.map {
        try TrainingRun(
          resuming: $0, corpus: corpus, heldOut: heldOut, options: options, context: \.hearing)
      }
      ?? TrainingRun(
        start: start, anchor: base, corpus: corpus, heldOut: heldOut, options: options,
        context: base.shape.hearing)
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

  /// How far a round should go that was trained without some of the playing; `nil` when there is no
  /// rehearsal, or it was stopped.
  private func rehearsedShare(progress: @escaping ProgressHandler) throws -> Double? {
    guard let rehearsal = Rehearsal(of: plan),
      let result = try rehearsed(rehearsal, progress: progress)
    else { return nil }
    return try interpolation(judgedBy: rehearsal.leftOut.map { corpus.tokens(at: $0) })
      .bestShare(of: result, from: start)
  }

  private func rehearsed(
    _ rehearsal: Rehearsal, progress: @escaping ProgressHandler
  ) throws -> TrainingResult? {
    let run = try TrainingRun(
      start: start, anchor: base, corpus: rehearsal.corpus(of: corpus), heldOut: [],
      options: options, context: base.shape.hearing)
    let result = try run.run { now in
      progress(
        WorkProgress(
          activity: "rehearsing without your latest playing", done: Double(now.events),
          total: Double(now.totalEvents), unit: "events", seconds: now.trainingSeconds))
    }
    try corpus.check()
    return result.ending == .passes ? result : nil
  }

  /// Writes a round's weights; the same weights are the same bytes.
  func write(_ result: TrainingResult, asRound number: Int, to file: URL) throws {
    try Checkpoint.write(
      result.best, to: file, as: .float16,
      metadata: [
        "woodshed.round": "\(number)", "woodshed.base": template,
        Form.key: base.shape.form.rawValue,
      ])
  }

  private static func detail(of now: TrainingProgress) -> String {
    var parts: [String] = []
    if let first = now.startNLL, let best = now.bestNLL {
      parts.append("held-out \(Estimate.fixed(first)) → \(Estimate.fixed(best))")
    }
    parts.append("pass \(now.pass + 1)")
    return parts.joined(separator: " · ")
  }
}
