import Disk
import Foundation
import MIDI
import Network
import Performance
public import Player
import Rounds
public import Work

/// How a base is trained.
public struct BaseTrainRequest: Sendable {
  /// MIDI files and folders to train on.
  public var paths: [String] = []
  /// MIDI files or a folder to choose the best model on.
  public var valid = ""
  /// Where the state of the run is kept.
  public var checkpoint = ""
  /// Where the best weights go, in 16 bits.
  public var output = ""
  /// Weights to start from; `nil` for a new network of 3 × 512.
  public var start: String?
  /// Minutes of training, the learning rate's way down included.
  public var minutes = 60.0
  /// The highest learning rate.
  public var learningRate = 5e-4
  /// Takes that are read side by side.
  public var lanes = 16
  /// Events between two updates in each lane.
  public var steps = 128
  /// The share of each layer's outputs that is left out, 0…0.9: for when the valid part gains no more.
  public var dropout = 0.0
  /// The seed of all that is drawn.
  public var seed: UInt64 = 1
  /// Whether a network that is told nothing beside the events stays so, as Performance RNN is.
  public var isPlain = false
  /// Whether to go on from the checkpoint.
  public var resume = false
  /// The arithmetic; `nil` for what this processor does fastest.
  public var precision: ComputePrecision?

  /// An hour at 16 lanes of 128 events.
  public init() {}

  /// Files of `valid` that are measured while training: enough to choose by, few enough not to
  /// take the time that training needs.
  static let judgedFiles = 16

  /// Events between two such measurements.
  static let eventsPerEvaluation = 2_000_000

  /// Trains, or goes on training, and writes the best weights.
  ///
  /// - Throws: ``WorkbenchError``, `DiskError`, `CheckpointError`.
  public func train(progress: @escaping ProgressHandler) throws -> BaseTrainReport {
    try check()
    let state = try stateFile
    if !resume, FileManager.default.fileExists(atPath: state.plainPath) {
      throw WorkbenchError.unfinishedRun(path: state.plainPath)
    }
    if resume, !FileManager.default.fileExists(atPath: state.plainPath) {
      throw RoundsError.nothingToResume(path: state.plainPath)
    }
    let performances = try BaseCorpus.read(paths).performances
    let judged = try BaseCorpus.read([valid]).performances.spread(atMost: Self.judgedFiles)
      .map { PreparedNotes($0).tokens() }
    func data(for form: Form) -> (corpus: TakeCorpus, heldOut: [TokenSequence]) {
      (TakeCorpus(performances, seed: seed, for: form), judged.map(form.sequence))
    }

    let precision = Precision(self.precision)
    let run: TrainingRun
    if resume {
      run = try TrainingRun(resuming: state, options: options(precision: precision)) { shape in
        let data = data(for: shape.form)
        return (data.corpus, data.heldOut)
      }
    } else {
      var weights =
        try start.map { try Model.weights(from: URL(named: $0)) }
        ?? Weights(shape: NetworkShape(), seed: seed)
      if !isPlain, weights.shape.context == 0 {
        weights = Weights(weights, toldBy: PerformanceContext())
      }
      let data = data(for: weights.shape.form)
      run = try TrainingRun(
        start: weights, anchor: nil, corpus: data.corpus, heldOut: data.heldOut,
        options: options(precision: precision))
    }
    let result = try run.run(savingTo: state) { now in
      progress(
        WorkProgress(
          activity: "training", done: Double(now.events - now.eventsBefore),
          // Time ends the run: what there is to do in all is what it reaches at the present rate.
          total: Double(now.events - now.eventsBefore) * minutes * 60
            / max(0.001, now.trainingSeconds),
          unit: "events", seconds: now.trainingSeconds,
          detail: "loss \(Estimate.fixed(now.loss ?? 0)), valid "
            + (now.bestNLL.map(Estimate.fixed) ?? "not yet measured")))
    }
    try run.save(to: state)
    try Checkpoint.write(
      result.best, to: outputFile, as: .float16,
      metadata: [
        "vocabulary": "performance-388", "events": "\(result.events)",
        Form.key: result.best.shape.form.rawValue,
      ])
    return BaseTrainReport(
      output: output, checkpoint: checkpoint, takes: performances.count, events: result.events,
      passes: result.passes, start: result.startNLL, best: result.bestNLL,
      wallSeconds: result.seconds,
      eventsPerSecond: result.eventsPerSecond,
      precision: precision.rawValue)
  }

  private var stateFile: URL {
    get throws {
      try URL(target: checkpoint, of: Setting("checkpoint"), mustBe: "a file").linksFollowed()
    }
  }

  private var outputFile: URL {
    get throws { try URL(target: output, mustBe: "a file").linksFollowed() }
  }

  /// Checks the bounds of every number, and that what is written has a folder to be written into.
  ///
  /// - Throws: `WrongValue`, `DiskError`.
  func check() throws {
    try Setting.minutes.require(minutes, in: Setting.minutesOfTraining)
    try Setting.learningRate.require(learningRate, in: 1e-7...0.1)
    try Setting.lanes.require(lanes, in: 1...256)
    try Setting.steps.require(steps, in: 8...2048)
    try Setting.dropout.require(dropout, in: 0...0.9)
    try Setting.requireSeed(seed)
    for place in try [stateFile, outputFile] { try place.requireFolder() }
  }

  private func options(precision: Precision) -> TrainingOptions {
    var options = TrainingOptions()
    options.lanes = lanes
    options.steps = steps
    options.learningRate = Float(learningRate)
    options.lastRate = 0.01
    // What is gone on with has its moments already.
    if resume { options.warmUp = 0 }
    options.dropout = Float(dropout)
    options.anchor = 0
    // The mean over the last thousand updates: what a falling learning rate would give, at any time.
    options.averaging = 0.999
    // Time ends the run, not passes or patience: a base is far from having learned all.
    options.passes = 10_000
    options.patience = 10_000
    options.eventsPerEvaluation = Self.eventsPerEvaluation
    options.precision = precision
    options.seed = seed
    options.seconds = minutes * 60
    return options
  }
}

/// What a training of a base gave.
public struct BaseTrainReport: Codable, Sendable {
  /// Where the best weights are.
  public var output: String
  /// Where the state of the run is.
  public var checkpoint: String
  /// Takes trained on.
  public var takes: Int
  /// Events trained on, those before a resume included.
  public var events: Int
  /// Passes over the takes.
  public var passes: Double
  /// Nats per event on the files to choose by, before.
  public var start: Double?
  /// The same of the best weights.
  public var best: Double?
  /// Seconds of this run.
  public var wallSeconds: Double
  /// Events a second.
  public var eventsPerSecond: Double
  /// The arithmetic that was used.
  public var precision: String
}

extension Setting {
  package static let learningRate = Setting("learningRate")
  package static let lanes = Setting("lanes")
  package static let steps = Setting("steps")
  package static let dropout = Setting("dropout")
}
