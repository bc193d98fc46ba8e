import Foundation
import Library
import MIDI
import Network
import Performance

extension Project {
  /// Trains a round: the base, fine-tuned on every played take that is not set aside.
  ///
  /// - Parameters:
  ///   - request: How to train.
  ///   - progress: Takes note of progress; when it says stop, the best model so far is kept.
  /// - Throws: ``WorkbenchError``, `LibraryError`, `CheckpointError`.
  public func tune(_ request: TuneRequest, progress: @escaping ProgressHandler) throws
    -> TuneReport
  {
    try request.settings.check()
    let clock = ContinuousClock()
    let start = clock.now
    var remarks: [String] = []
    let plan: TunePlan
    if request.resume {
      guard FileManager.default.fileExists(atPath: unfinishedRun.plainPath) else {
        throw WorkbenchError.nothingToResume(path: models.plainPath)
      }
      plan = try TunePlan.read(from: unfinishedPlan)
    } else {
      if let remark = try chooseHeldOut() { remarks.append(remark) }
      plan = try TunePlan(of: library, settings: request.settings)
    }
    guard !plan.takes.isEmpty else {
      throw WorkbenchError.nothingToTrainOn(project: settings.name)
    }

    let precision = Precision(request.precision)
    let base = try Model.weights(from: baseWeights)
    let corpus = TakeCorpus(try soundingNotes(of: plan.takes), seed: plan.settings.seed)
    let heldOut = try soundingNotes(of: plan.heldOut).map { PreparedNotes($0).tokens() }
    var options = plan.settings.trainingOptions(precision: precision)
    options.seconds = request.minutes.map { $0 * 60 }
    let run =
      request.resume
      ? try TrainingRun(
        resuming: unfinishedRun, corpus: corpus, heldOut: heldOut, options: options,
        context: \.hearing)
      : try TrainingRun(
        start: base, anchor: base, corpus: corpus, heldOut: heldOut, options: options,
        context: base.shape.hearing)
    if !request.resume {
      forgetUnfinished()
      try plan.write(to: unfinishedPlan)
    }
    if request.sketches { run.onEvaluation = try sketches(precision: request.precision) }
    let result = try run.run(savingTo: unfinishedRun) { now in
      progress(
        WorkProgress(
          activity: "tuning", done: Double(now.events), total: Double(now.totalEvents),
          unit: "events", seconds: now.trainingSeconds, detail: Self.detail(of: now)))
    }
    try keep(run, if: result.ending == .stopped || result.ending == .time)

    let number = try library.nextRoundNumber()
    let file = weights(ofRound: number)
    try Checkpoint.write(
      result.best, to: file, as: .float16,
      metadata: [
        "woodshed.round": "\(number)", "woodshed.base": settings.template,
        Form.key: base.shape.form.rawValue,
      ])
    let stored = try Model.weights(from: file)
    let before = try Model(weights: base, precision: precision)
      .scores(of: heldOut, activity: "judging the base", progress: progress)
    let after = try Model(weights: stored, precision: precision)
      .scores(of: heldOut, activity: "judging the round", progress: progress)
    var report = TuneReport(
      round: number, plan: plan, corpus: corpus, before: before, after: after, result: result)
    report.remarks = remarks
    report.weights = file.plainPath
    report.precision = precision.rawValue
    report.wallSeconds = (clock.now - start) / .seconds(1)
    report.status = try isNoWorse(report) ? "current" : "candidate"
    try record(report, plan: plan, weights: file)
    return report
  }

  /// Where the plan of an interrupted tuning waits, beside its state.
  private var unfinishedPlan: URL { models.appending(path: "unfinished.json") }

  /// Keeps the state of an interrupted run beside its plan, or takes both away.
  private func keep(_ run: TrainingRun, if isUnfinished: Bool) throws {
    if isUnfinished {
      try run.save(to: unfinishedRun)
    } else {
      forgetUnfinished()
    }
  }

  private func forgetUnfinished() {
    for file in [unfinishedRun, unfinishedPlan]
    where FileManager.default.fileExists(atPath: file.plainPath) {
      try? FileManager.default.removeItem(at: file)
    }
  }

  /// The notes of takes as they sound, the pedal folded into their ends.
  func soundingNotes(of takes: [TunePlan.Take]) throws -> [[Note]] {
    try takes.map { NoteReading(of: try library.events(of: $0.number)).soundingNotes }
  }

  /// Whether a round predicts the held-out takes no worse than the one in use; with nothing held
  /// out nobody can tell, and the newest is taken.
  ///
  /// Two rounds' numbers differ by chance too; 0.02 nats is what passes for the same.
  private func isNoWorse(_ report: TuneReport) throws -> Bool {
    guard let base = report.base, let tuned = report.tuned else { return true }
    guard let current = try library.currentRound() else { return tuned.value <= base.value }
    let standing = try JSONDecoder().decode(TuneReport.self, from: Data(current.numbers.utf8))
    return tuned.value <= (standing.tuned?.value ?? base.value) + 0.02
  }

  private func record(_ report: TuneReport, plan: TunePlan, weights: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    func text(_ value: some Encodable) throws -> String {
      String(decoding: try encoder.encode(value), as: UTF8.self)
    }
    _ = try library.addRound(
      NewRound(
        number: report.round, parent: nil, createdAt: Date(), settings: try text(plan.settings),
        seed: plan.settings.seed, programVersion: Version.text,
        status: report.status == "current" ? .current : .candidate, numbers: try text(report),
        weightsFile: weights.lastPathComponent,
        weightsDigest: try Digest.sha256(ofFileAt: weights),
        takes: plan.takes.map { .init(take: $0.number, digest: $0.digest, weight: 1, role: .train) }
          + plan.heldOut.map {
            .init(take: $0.number, digest: $0.digest, weight: 0, role: .heldOut)
          }))
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

/// What a round is trained on and how: all that is needed to do it again.
struct TunePlan: Codable {
  struct Take: Codable, Hashable {
    var number: Int64
    /// SHA-256 of the take's events.
    var digest: String
    var nanoseconds: Int64
  }

  var settings: TuneSettings
  var takes: [Take]
  var heldOut: [Take]

  /// All played takes, in the order of their numbers.
  init(of library: TakeLibrary, settings: TuneSettings) throws {
    self.settings = settings
    let played = try library.takes(matching: TakeQuery(origin: .played))
      .sorted { $0.number < $1.number }
    func list(heldOut: Bool) -> [Take] {
      played.filter { $0.heldOut == heldOut && $0.noteCount > 1 }.map {
        Take(number: $0.number, digest: $0.digest, nanoseconds: $0.nanoseconds)
      }
    }
    takes = list(heldOut: false)
    heldOut = list(heldOut: true)
  }

  /// - Throws: ``WorkbenchError/nothingToResume(path:)``.
  static func read(from file: URL) throws -> TunePlan {
    guard let data = try? Data(contentsOf: file) else {
      throw WorkbenchError.nothingToResume(path: file.deletingLastPathComponent().plainPath)
    }
    do {
      return try JSONDecoder().decode(TunePlan.self, from: data)
    } catch {
      throw WorkbenchError.badSettings(path: file.plainPath, cause: "it is damaged")
    }
  }

  func write(to file: URL) throws {
    do {
      try JSONEncoder().encode(self).write(to: file, options: .atomic)
    } catch let error as CocoaError {
      throw WorkbenchError.fileSystem(
        action: "write", path: file.plainPath, cause: error.plainCause)
    }
  }
}
