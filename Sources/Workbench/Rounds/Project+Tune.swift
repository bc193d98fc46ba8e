import Foundation
import Library
import Network
import Performance
public import Work

extension Project {
  /// Tells what a round would be trained on, and changes nothing.
  ///
  /// - Throws: ``WorkbenchError``, `LibraryError`.
  public func outlook(_ request: TuneRequest) throws -> TuneOutlook {
    try request.settings.check()
    let choice = try heldOutChoice()
    let plan = try TunePlan(
      of: self, settings: request.settings, parent: parent(request.start), aside: choice.sessions,
      guards: request.guards)
    guard !plan.takes.isEmpty else {
      throw WorkbenchError.nothingToTrainOn(project: settings.name)
    }
    return try TuneOutlook(of: plan, in: self, warnings: [choice.remark].compactMap(\.self))
  }

  /// Trains a round: the base, fine-tuned on every played take that is not set aside, and on what
  /// the musician keeps of what models played.
  ///
  /// The round is put to use when it passes the gate: it predicts the held-out takes no worse than
  /// the model in use and plays as variedly. Else it is a candidate.
  ///
  /// - Parameters:
  ///   - request: How to train.
  ///   - announce: Is told what it is trained on, before it starts.
  ///   - progress: Takes note of progress; when it says stop, the best model so far is kept.
  /// - Throws: ``WorkbenchError``, `LibraryError`, `CheckpointError`, `DiskError`.
  public func tune(
    _ request: TuneRequest, announce: (TuneOutlook) -> Void = { _ in },
    progress: @escaping ProgressHandler
  ) throws -> TuneReport {
    try request.settings.check()
    let lock = try ProjectLock(of: self, for: .tuning)
    defer { withExtendedLifetime(lock) {} }
    let clock = ContinuousClock()
    let start = clock.now
    var remarks: [String] = []
    let plan: TunePlan
    if request.resume {
      guard unfinishedRun.isFile else {
        throw WorkbenchError.nothingToResume(path: models.plainPath)
      }
      plan = try TunePlan.read(from: unfinishedPlan)
    } else {
      let parent = try parent(request.start)
      if let remark = try chooseHeldOut() { remarks.append(remark) }
      plan = try TunePlan(
        of: self, settings: request.settings, parent: parent, guards: request.guards)
    }
    guard !plan.takes.isEmpty else {
      throw WorkbenchError.nothingToTrainOn(project: settings.name)
    }
    let outlook = try TuneOutlook(of: plan, in: self, warnings: remarks)
    announce(outlook)

    let training = try RoundTraining(
      plan, of: self, precision: Precision(request.precision), minutes: request.minutes)
    if !request.resume {
      forgetUnfinished()
      try plan.write(to: unfinishedPlan)
    }
    let result = try training.run(
      resuming: request.resume ? unfinishedRun : nil, savingTo: unfinishedRun,
      rehearses: request.guards.isJudged,
      onEvaluation: request.sketches ? sketches(precision: request.precision) : nil,
      progress: progress)

    let number = try library.nextRoundNumber()
    let file = weights(ofRound: number)
    try training.write(result, asRound: number, to: file)
    let verdict = try Gate(of: self, training: training).judge(file, round: number, progress)
    var report = TuneReport(round: number, plan: plan, verdict: verdict, result: result)
    report.remarks = remarks
    report.data = outlook
    report.weights = file.plainPath
    report.minutes = request.minutes
    report.precision = training.precision.rawValue
    report.baseDigest = training.baseDigest
    report.wallSeconds = (clock.now - start) / .seconds(1)
    try record(report, plan: plan, weights: file, parentDigest: training.startDigest)
    // Only now: what breaks off before can be gone on with.
    if !result.ending.isUnfinished { forgetUnfinished() }
    return report
  }

  /// Where the plan of an interrupted tuning waits, beside its state.
  private var unfinishedPlan: URL { models.appending(path: "unfinished.json") }

  private func forgetUnfinished() {
    for file in [unfinishedRun, unfinishedPlan] where file.isFile {
      try? FileManager.default.removeItem(at: file)
    }
  }

  /// The round that a tuning is to start from; `nil` for the base.
  private func parent(_ model: ModelName) throws -> Int? {
    switch model {
    case .base: return nil
    case .current: return try library.currentRound()?.number
    case .round(let number):
      _ = try weights(of: model)
      return number
    case .file(let path): throw WorkbenchError.noSuchRound(name: path)
    }
  }

  private func record(
    _ report: TuneReport, plan: TunePlan, weights: URL, parentDigest: String
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    func text(_ value: some Encodable) throws -> String {
      String(decoding: try encoder.encode(value), as: UTF8.self)
    }
    // The data list has a table of its own.
    var numbers = report
    numbers.data?.takes = []
    _ = try library.addRound(
      NewRound(
        number: report.round, parent: plan.parent, createdAt: library.dateInOrder(),
        settings: try text(plan.settings), seed: plan.settings.seed,
        programVersion: Version.text, status: report.status == "current" ? .current : .candidate,
        numbers: try text(numbers), weightsFile: weights.lastPathComponent,
        weightsDigest: try Digest.sha256(ofFileAt: weights), takes: plan.roundTakes,
        parentDigest: parentDigest, reason: report.reason))
  }
}
