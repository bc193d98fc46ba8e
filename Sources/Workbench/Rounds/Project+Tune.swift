import Disk
import Foundation
import Library
import Network
import Player
public import Rounds
public import Work

extension Project {
  /// What a round would be trained on; changes nothing.
  ///
  /// - Throws: ``WorkbenchError``, `WrongValue`, `LibraryError`.
  public func outlook(_ request: TuneRequest) throws -> TuneOutlook {
    try request.check()
    try request.toward.map { try gauge(named: $0.gauge) }?.end()
    let music = TakeMusic(library)
    if request.resume {
      let plan = try unfinishedPlan()
      return try TuneOutlook(
        of: plan, in: library, warnings: remarks(onResuming: plan), resumes: true)
    }
    let choice = try library.heldOutChoice(music, again: request.choosesAgain)
    let plan = try TunePlan(
      of: library, music, settings: request.settingsToUse,
      parent: parent(request.start)?.round, aside: choice, guards: request.guards)
    try requirePlaying(plan, request)
    var outlook = try TuneOutlook(
      of: plan, in: library, warnings: [choice.remark].compactMap(\.self), resumes: false)
    outlook.toward = request.toward?.gauge
    return outlook
  }

  /// Trains a round: fine-tunes the base on the musician's takes that are not held out, and on takes of
  /// models that the musician has kept.
  ///
  /// The round is put to use if it passes the `Gate`: it is better than the base beyond chance or near it,
  /// and no worse and no less varied than the model in use. Otherwise it is a candidate.
  ///
  /// - Parameters:
  ///   - request: How to train.
  ///   - announce: Called with what the round is trained on, before training starts.
  ///   - progress: Is told of progress; if it asks to stop, the best weights so far are kept.
  /// - Throws: ``WorkbenchError``, `WrongValue`, `RoundsError`, `LibraryError`, `CheckpointError`,
  ///   `DiskError`.
  public func tune(
    _ request: TuneRequest, announce: (TuneOutlook) -> Void = { _ in },
    progress: @escaping ProgressHandler
  ) throws -> TuneReport {
    try request.check()
    let lock = try ProjectLock(of: self, for: .tuning)
    defer { withExtendedLifetime(lock) {} }
    let clock = ContinuousClock()
    let start = clock.now
    var remarks: [String] = []
    let music = TakeMusic(library)
    let plan: TunePlan
    let parent: ResolvedModel?
    if request.resume {
      plan = try unfinishedPlan()
      remarks += try self.remarks(onResuming: plan)
      parent = try plan.parent.map { try resolve(.round($0)) }
    } else {
      parent = try self.parent(request.start)
      if let remark = try library.chooseHeldOut(music, again: request.choosesAgain) {
        remarks.append(remark)
      }
      plan = try TunePlan(
        of: library, music, settings: request.settingsToUse, parent: parent?.round,
        guards: request.guards)
    }
    try requirePlaying(plan, request)
    if let parent = plan.parent,
      try library.hasLearned(round: parent, from: Set(plan.heldOut.map(\.number)))
    {
      throw RoundsError.hasLearnedHeldOut(number: parent)
    }
    var outlook = try TuneOutlook(of: plan, in: library, warnings: remarks, resumes: request.resume)
    outlook.toward = request.toward?.gauge
    announce(outlook)
    let aim = try request.toward.map {
      try self.aim(at: $0, for: plan, extent: request.extent, progress: progress)
    }
    defer { aim?.end() }

    let training = try RoundTraining(
      plan, of: music, base: resolve(.base).weights(), parent: parent?.weights(),
      template: settings.template, precision: Precision(request.precision),
      minutes: request.minutes, toward: aim?.training)
    if !request.resume, aim == nil {
      models.forgetUnfinished()
      try plan.write(to: models.unfinishedPlan)
    }
    let result = try training.run(
      savingTo: aim == nil ? models : nil, resuming: request.resume,
      rehearses: request.guards.isJudged,
      onEvaluation: request.sketches ? sketches(precision: request.precision) : nil,
      progress: progress)

    // Before anything is written: a gauge may fail.
    var toward = try aim?.numbers(of: result.training.best, progress: progress)
    toward?.mostNats = result.mostNats
    let number = try library.nextRoundNumber()
    let file = models.round(number)
    try training.write(result.training, asRound: number, to: file)
    var verdict = try Gate(training).judge(
      file, result, against: try modelInUse(besides: plan.heldOut), progress)
    if let toward {
      verdict.reason = verdict.reason ?? "it was trained toward \(toward.name), so hear it first"
    }
    var numbers = RoundNumbers(round: number, plan: plan, verdict: verdict, result: result)
    numbers.data = outlook
    numbers.toward = toward
    numbers.minutes = request.minutes
    numbers.precision = training.precision.rawValue
    numbers.baseDigest = training.baseDigest
    numbers.wallSeconds = (clock.now - start) / .seconds(1)
    try library.addRound(
      numbers, of: plan, weights: WeightsFile(hashing: file),
      parentDigest: training.startDigest, programVersion: Version.text)
    // Only after the round is recorded, so that an interruption before can be resumed.
    if !result.training.ending.isUnfinished, aim == nil { models.forgetUnfinished() }
    return TuneReport(numbers: numbers, weights: file.plainPath, remarks: remarks)
  }

  /// The round in use and its weights; `nil` for the base, and for a round whose weights are missing or
  /// damaged, so that the new round is then compared with the base.
  ///
  /// - Parameter heldOut: The takes that are held out now; a round that learned from any of them cannot be
  ///   judged by them.
  private func modelInUse(besides heldOut: [TunePlan.Entry]) throws -> Gate.ModelInUse? {
    guard let round = try library.currentRound(), let model = try? resolve(.round(round.number))
    else { return nil }
    let isJudged = try !library.hasLearned(
      round: round.number, from: Set(heldOut.map(\.number)))
    return Gate.ModelInUse(number: round.number, weights: model.file, canBeEvaluated: isJudged)
  }

  /// Throws ``WorkbenchError/nothingToTrainOn(project:)`` if the plan has no take of the musician's own, or,
  /// without guards, no take at all.
  private func requirePlaying(_ plan: TunePlan, _ request: TuneRequest) throws {
    guard !(request.guards.hasPlayed ? plan.played : plan.takes).isEmpty else {
      throw WorkbenchError.nothingToTrainOn(project: settings.name)
    }
  }

  /// The plan of an interrupted tuning.
  ///
  /// - Throws: `RoundsError` if there is none, or if takes of it were discarded or held out since.
  private func unfinishedPlan() throws -> TunePlan {
    guard models.hasUnfinished else {
      throw RoundsError.nothingToResume(path: models.folder.plainPath)
    }
    let plan = try TunePlan.read(from: models.unfinishedPlan)
    let known = Dictionary(
      uniqueKeysWithValues: try library.takes().map { ($0.number, $0) })
    let unwanted = Set(plan.takes.map(\.number)).filter { number in
      guard let take = known[number] else { return true }
      return take.judgement == .discard || take.heldOut
    }
    guard unwanted.isEmpty else {
      throw RoundsError.hasLearnedUnwanted(takes: unwanted.sorted())
    }
    let released = plan.heldOut.map(\.number).filter { known[$0]?.heldOut != true }
    guard released.isEmpty else { throw RoundsError.isJudgedByReleased(takes: released.sorted()) }
    return plan
  }

  /// A remark on played takes that are not in the plan of an interrupted tuning; empty if there are none.
  private func remarks(onResuming plan: TunePlan) throws -> [String] {
    let before = Set((plan.takes + plan.heldOut).map(\.number) + plan.leftOut.map(\.take))
    let new = try library.takes(matching: TakeQuery(origin: .played)).count {
      $0.noteCount >= 2 && !before.contains($0.number)
    }
    guard new > 0 else { return [] }
    return [
      "\(Readable.count(new, "take")) came in since it was begun, and \(new == 1 ? "is" : "are") for the next round"
    ]
  }

  /// The round that a tuning starts from; `nil` for the base.
  private func parent(_ model: ModelName) throws -> ResolvedModel? {
    switch try settled(model) {
    case .base, .current: return nil
    case .round(let number): return try resolve(.round(number))
    case .file(let path): throw WorkbenchError.noSuchRound(name: path)
    }
  }
}
