import Foundation
import MIDI
import MadeUpPianist
public import Network
import Performance
public import Player
import Rounds
package import Work

/// The speed of this machine, and what it means for a project.
public struct BenchmarkReport: Codable, Sendable {
  /// A kind of work that is measured.
  public enum Task: String, Codable, CaseIterable, Sendable {
    case train, sample, evaluate
  }

  /// One figure.
  public struct Figure: Codable, Sendable {
    /// The kind of work.
    public var task: Task
    /// The number of sequences in parallel.
    public var lanes: Int
    /// How many of them compete for each take; `nil` where none do.
    public var streamsPerTake: Int?
    /// Events in a chunk of each.
    public var steps: Int
    /// The arithmetic.
    public var precision: Precision
    /// Events a second.
    public var rate: SpeedTrial.Rate
  }

  /// The library and instructions that computed it.
  public var engine: EngineDescription
  /// The figures.
  public var figures: [Figure]
  /// Hours of playing that a round of the project would train on; `nil` if no round was estimated.
  public var hours: Double?
  /// Minutes that such a round takes at most.
  public var roundMinutes: Double?
}

extension BenchmarkReport {
  /// The version of oneDNN, the instructions that it uses, and its threads.
  package var computedWith: (version: String, instructions: String, threads: Int) {
    (engine.version, engine.instructions, engine.threads)
  }
}

extension BenchmarkReport.Figure {
  /// Events a second, the median of the measurements.
  package var eventsPerSecond: Double { rate.median }

  /// The name of the arithmetic.
  package var arithmetic: String { precision.rawValue }
}

/// Measures this machine with networks of a base's shape.
public struct Benchmark: Sendable {
  /// Seconds of each measurement, warm-up aside.
  public var seconds = 3.0
  /// The kinds of work to measure.
  public var tasks = Set(BenchmarkReport.Task.allCases)
  /// The arithmetic; `nil` for what this processor does fastest.
  public var precision: ComputePrecision?
  /// Batch shapes to train with; if empty, the one that tune uses.
  public var shapes: [(lanes: Int, steps: Int)] = []

  /// Whether the network has no additional input, as Performance RNN: for comparison with other programs.
  public var isPlain = false

  /// A benchmark of three seconds for each measurement.
  public init() {}

  /// Two minutes of a made-up pianist, as events.
  private static var music: [UInt16] {
    var random = SeededGenerator(seed: 1)
    let events = Pianist().take(seconds: 120, using: &random)
    return PreparedNotes(NoteReading(of: events).soundingNotes).tokens()
  }

  /// The speed of generating takes, with the grammar's masks.
  ///
  /// - Parameter streamsPerTake: How many streams compete for a take; with more than one they are drawn anew
  ///   at every boundary.
  private func generating(_ takes: Int, streamsPerTake: Int? = nil, _ trial: SpeedTrial) throws
    -> BenchmarkReport.Figure
  {
    var competition = Competition(streamsPerTake: streamsPerTake ?? 1)
    competition.threshold = 2
    var settings = TakeSettings()
    (settings.count, settings.seconds) = (takes, 600)
    let network = SampledNetwork(trial.weights, precision: precision)
    func begin() throws -> TakeStreams {
      try TakeStreams(of: [network], settings, competition: competition, seed: 1)
    }
    var streams = try begin()
    let lanes = takes * competition.streamsPerTake
    return BenchmarkReport.Figure(
      task: .sample, lanes: lanes, streamsPerTake: streamsPerTake, steps: 1,
      precision: network.precision,
      rate: try trial.rate {
        if !streams.isGenerating { streams = try begin() }
        for _ in 0..<20 { try streams.step() }
        return 20 * lanes
      })
  }

  /// Measures, and estimates how long a round takes.
  ///
  /// - Parameter project: The project whose next round is estimated, if all kinds of work are measured.
  /// - Throws: `WrongValue`, ``WorkbenchError``, `NetworkError`, `LibraryError`.
  public func run(for project: Project?) throws -> BenchmarkReport {
    try Setting.seconds.require(seconds, in: 0.1...600)
    for (lanes, steps) in shapes where lanes * steps > 32768 {
      throw WrongValue(.shape, "\(lanes)x\(steps)", mustBe: "32768 events at most")
    }
    let settings = project?.settings.tune ?? TuneSettings()
    let precision = Precision(precision)
    let trial = try SpeedTrial(
      shape: NetworkShape(), context: isPlain ? nil : PerformanceContext(), music: Self.music,
      precision: precision, seconds: seconds)
    let options = settings.trainingOptions(precision: precision)
    let shapes = shapes.isEmpty ? [(options.lanes, options.steps)] : shapes
    var figures = try (tasks.contains(.train) ? shapes : []).map { lanes, steps in
      var options = options
      options.lanes = lanes
      options.steps = steps
      return BenchmarkReport.Figure(
        task: .train, lanes: lanes, steps: steps, precision: precision,
        rate: try trial.training(options))
    }
    if tasks.contains(.sample) {
      figures += try [1, 8, 32].map { try generating($0, trial) }
      figures.append(try generating(4, streamsPerTake: 8, trial))
    }
    if tasks.contains(.evaluate) {
      figures.append(
        .init(
          task: .evaluate, lanes: Evaluator.mostLanes, steps: Evaluator.steps,
          precision: precision, rate: try trial.evaluating()))
    }
    var report = BenchmarkReport(
      engine: .current, figures: figures, hours: nil, roundMinutes: nil)
    if let project, tasks.count == BenchmarkReport.Task.allCases.count {
      let music = TakeMusic(project.library)
      let plan = try TunePlan(
        of: project.library, music, settings: settings,
        aside: project.library.heldOutChoice(music))
      guard !plan.takes.isEmpty else { return report }
      let length = plan.takes.reduce(0) { $0 + $1.nanoseconds }
      report.hours = Double(length) / 3.6e12
      let (trained, judged) = (plan.takes.events, plan.heldOut.events)
      let folds = Double(Folds(of: plan)?.count ?? 1)
      let evaluations = settings.passes * settings.evaluationsPerPass + 3
      // Two models play to be compared, about as densely as the musician.
      let played = 2 * settings.varietyMinutes * 60 * Double(trained) / (Double(length) / 1e9)
      let sampling =
        figures.last { $0.task == .sample && $0.streamsPerTake == nil }?.rate.median ?? 1
      report.roundMinutes =
        (Double(trained * settings.passes) * max(1, folds - 1) / figures[0].rate.median
          + Double(judged * evaluations + trained * 6) / figures[figures.count - 1].rate.median
          + played / sampling) / 60
    }
    return report
  }
}

extension Setting {
  package static let shape = Setting("shape")
}
