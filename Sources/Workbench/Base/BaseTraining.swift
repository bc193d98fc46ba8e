import Disk
import Foundation
import MIDI
import Network
import Performance
public import Player
import Rounds
public import Work

/// A request to train a base.
public struct BaseTrainRequest: Sendable {
  /// MIDI files and folders to train on.
  public var paths: [String] = []
  /// A MIDI file or a folder of them to choose the best weights on.
  public var valid = ""
  /// The file that keeps the state of the run.
  public var checkpoint = ""
  /// The file for the best weights, in 16 bits.
  public var output = ""
  /// The file of weights to start from; `nil` for a new network of 3 × 512.
  public var start: String?
  /// Minutes of training, including the decay of the learning rate.
  public var minutes = 60.0
  /// The highest learning rate.
  public var learningRate = 5e-4
  /// The number of takes that are read in parallel.
  public var lanes = 16
  /// Events between two updates in each lane.
  public var steps = 128
  /// The dropout of each layer's outputs, 0…0.9: for when results on `valid` no longer improve.
  public var dropout = 0.0
  /// The seed of all random choices.
  public var seed: UInt64 = 1
  /// Whether a network without additional input stays without, as Performance RNN is.
  public var isPlain = false
  /// Whether to resume from the checkpoint.
  public var resume = false
  /// The arithmetic; `nil` for what this processor does fastest.
  public var precision: ComputePrecision?

  /// A request for an hour at 16 lanes of 128 events.
  public init() {}

  /// The number of takes of `valid` that are measured while training: enough to choose by, few enough not to
  /// take much time from training.
  static let judgedFiles = 16

  /// Events trained on between two such measurements.
  static let eventsPerEvaluation = 2_000_000

  /// Trains, or resumes training, and writes the best weights.
  ///
  /// - Throws: `WrongValue`, `RoundsError`, ``WorkbenchError``, `DiskError`, `CheckpointError`.
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
          // Time ends the run: the total is what it will reach at the present rate.
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

  /// Checks the bounds of every number, and that the folders of the files to write exist.
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
    // A resumed run has AdamW's moments already.
    if resume { options.warmUp = 0 }
    options.dropout = Float(dropout)
    options.anchor = 0
    // The mean over about the last thousand updates: it gives at any time what a decayed rate would give.
    options.averaging = 0.999
    // Time ends the run, not passes or patience: a base is far from having converged.
    options.passes = 10_000
    options.patience = 10_000
    options.eventsPerEvaluation = Self.eventsPerEvaluation
    options.precision = precision
    options.seed = seed
    options.seconds = minutes * 60
    return options
  }
}

/// The result of training a base.
public struct BaseTrainReport: Codable, Sendable {
  /// The file of the best weights.
  public var output: String
  /// The file of the state of the run.
  public var checkpoint: String
  /// Takes trained on.
  public var takes: Int
  /// Events trained on, those before a resume included.
  public var events: Int
  /// Passes over the takes.
  public var passes: Double
  /// Nats per event on the measured takes of `valid`, before training.
  public var start: Double?
  /// The same with the best weights.
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
