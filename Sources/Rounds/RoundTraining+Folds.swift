import Foundation
import Library
package import Network
import Player
import Work

/// The result of training a round.
package struct RoundResult: Sendable {
  /// The weights and statistics of the training.
  package var training: TrainingResult
  /// How far the weights go and why; `nil` without folds.
  package var way: Way?
  /// The most nats per event that the held-out takes were allowed in a training toward something.
  package var mostNats: Double?
}

extension ModelFiles {
  /// The saved state of a fold's training.
  func unfinishedRun(fold: Int) -> URL { folder.appending(path: "unfinished.fold-\(fold).run") }
}

/// Training with cross-validation: one training for each fold, which leaves that fold out. The folds evaluate
/// how far the trainings should go from the start; the round is the mean of their weights, taken that far.
///
/// Source for the mean: Wortsman et al., "Model soups", 2022.
extension RoundTraining {
  /// The most events of a fold that evaluate its training: more would take longer and gain nothing.
  private static let mostJudging = 40_000
  /// The most of those that are evaluated for early stopping.
  private static let mostStopping = 10_000

  /// Trains without each fold in turn, and combines the results.
  func run(
    in folds: Folds, savingTo files: ModelFiles?, resuming: Bool, stoppingAt stop: Int,
    onEvaluation: ((_ weights: Weights, _ events: Int) -> Void)?,
    progress: @escaping ProgressHandler
  ) throws -> RoundResult {
    var results: [(fold: Int, training: TrainingResult)] = []
    var events = 0
    for fold in 0..<folds.count {
      let result = try trained(
        without: fold, of: folds, after: events, savingTo: files, resuming: resuming,
        stoppingAt: stop - events, onEvaluation: fold == 0 ? onEvaluation : nil, progress: progress)
      events += result.events
      results.append((fold, result))
      if result.ending == .stopped { break }
    }
    let made = results.filter { $0.training.events > 0 }
    // Stopped before the first update: the round equals its start.
    guard !made.isEmpty else { return RoundResult(training: results[0].training, way: nil) }
    let way = try way(of: made, folds, progress)
    return RoundResult(training: joined(made.map(\.training), way), way: way)
  }

  /// Trains without a fold, or resumes that training.
  private func trained(
    without fold: Int, of folds: Folds, after before: Int, savingTo files: ModelFiles?,
    resuming: Bool,
    stoppingAt stop: Int, onEvaluation: ((_ weights: Weights, _ events: Int) -> Void)?,
    progress: @escaping ProgressHandler
  ) throws -> TrainingResult {
    let saved = files?.unfinishedRun(fold: fold)
    let part = PartOfCorpus(corpus, places: folds.training(fold))
    var options = options
    options.seconds = minutes.map { $0 * 60 / Double(folds.count) }
    // The held-out takes are evaluated for the learning curve only; early stopping uses the fold left out.
    let judged = fold == 0 ? heldOut.map(base.shape.form.sequence) : []
    let run: TrainingRun
    if resuming, let saved, FileManager.default.fileExists(atPath: saved.path) {
      run = try TrainingRun(resuming: saved, options: options) { _ in (part, judged) }
    } else {
      options.seed &+= UInt64(fold)
      run = try TrainingRun(
        start: start, anchor: base, corpus: part, heldOut: judged, options: options)
    }
    run.onEvaluation = onEvaluation
    if plan.settings.earlyStopping {
      run.stoppedBy = try leftOut(of: folds, fold, atMost: Self.mostStopping)
    }
    let activity = "tuning, part \(fold + 1) of \(folds.count)"
    // The progress bar spans all folds, as if none of those to come stopped early.
    func toCome(_ now: TrainingProgress) -> Int {
      (fold + 1..<folds.count).reduce(0) { events, fold in
        guard options.seconds == nil else { return events + now.totalEvents }
        return events + options.passes
          * folds.training(fold).reduce(0) { $0 + max(0, plan.takes[$1].events - 1) }
      }
    }
    var result = try run.run(savingTo: saved) { now in
      let goesOn = progress(
        WorkProgress(
          activity: activity, done: Double(before + now.events),
          doneBefore: Double(before + now.eventsBefore),
          total: Double(before + now.totalEvents + toCome(now)), unit: "events",
          seconds: now.trainingSeconds,
          detail: Self.detail(of: now), curve: now.history.map(\.nll)))
      return goesOn && now.events < stop && (try? corpus.check()) != nil
    }
    try corpus.check()
    if let saved { try run.save(to: saved) }
    result.best = result.last
    return result
  }

  /// The takes that a fold leaves out, each cut to its beginning.
  private func leftOut(of folds: Folds, _ fold: Int, atMost events: Int) throws -> [TokenSequence] {
    try folds.judging(fold).map { try music.music(of: plan.takes[$0]).tokens }
      .beginnings(atMost: events).map(base.shape.form.sequence)
  }

  /// Chooses how far the trainings should go, by evaluating each on the takes that it left out.
  private func way(
    of results: [(fold: Int, training: TrainingResult)], _ folds: Folds,
    _ progress: @escaping ProgressHandler
  ) throws -> Way {
    let clock = ContinuousClock()
    let begin = clock.now
    let total = results.count * (WayChoice.shares.count + 1)
    var done = 0
    func tell() {
      _ = progress(
        WorkProgress(
          activity: "weighing the round", done: Double(done), total: Double(total), unit: "looks",
          seconds: (clock.now - begin) / .seconds(1)))
    }
    var scores: [FoldScore] = []
    for (fold, result) in results {
      let places = folds.judging(fold)
      let judged = try leftOut(of: folds, fold, atMost: Self.mostJudging)
      func nats(at share: Double) throws -> [SequenceScore] {
        let weights = start.interpolated(toward: result.last, share: Float(share))
        defer {
          done += 1
          tell()
        }
        return try Evaluator(weights: weights, precision: precision).score(judged)
      }
      let begin = try nats(at: 0)
      let looks = try WayChoice.shares.map(nats)
      var byGroup: [Int: FoldScore] = [:]
      for (index, place) in places.enumerated() {
        let group = plan.takes[place].group ?? -1
        var score =
          byGroup[group]
          ?? FoldScore(fold: fold, events: 0, gained: looks.map { _ in 0 })
        score.events += begin[index].events
        for look in looks.indices {
          score.gained[look] += begin[index].nats - looks[look][index].nats
        }
        byGroup[group] = score
      }
      scores += byGroup.sorted { $0.key < $1.key }.map(\.value).filter { $0.events > 0 }
    }
    let ends = results.map(\.training.last)
    let lengths = ends.map { $0.squaredDistance(to: start) }
    let mean = Weights.mean(of: ends).squaredDistance(to: start)
    let length = lengths.reduce(0, +) / Double(lengths.count)
    return WayChoice(scores: scores).way(
      folds: results.count, agreement: length > 0 ? mean / length : 1)
  }

  /// Combines the trainings into the round.
  private func joined(_ results: [TrainingResult], _ way: Way) -> TrainingResult {
    var joined = results[0]
    joined.last = Weights.mean(of: results.map(\.last))
    // The more the trainings disagree, the shorter their mean change and the less of it is chance; so the
    // share is larger then.
    let share = WayChoice.share(of: way)
    joined.share = share
    joined.best = start.interpolated(toward: joined.last, share: Float(share))
    joined.events = results.reduce(0) { $0 + $1.events }
    joined.eventsBefore = results.reduce(0) { $0 + $1.eventsBefore }
    joined.seconds = results.reduce(0) { $0 + $1.seconds }
    joined.passes = results.reduce(0) { $0 + $1.passes } / Double(results.count)
    joined.ending =
      results.first { $0.ending.isUnfinished }?.ending ?? joined.ending
    return joined
  }
}
