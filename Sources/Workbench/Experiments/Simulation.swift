import Disk
import Foundation
import Library
import MIDI
import MadeUpPianist
import Network
import Performance
import Player
import Rounds
public import Work

/// An experiment with the whole loop, without a person: a made-up pianist records, tunes, listens, keeps
/// takes by a hidden taste and plays on, round after round.
///
/// Without its guards each round starts from the last one and learns only from kept takes that the last one
/// played at a low temperature, as a loop might be built naively.
public struct Simulation: Sendable {
  /// The number of rounds; with 0 the pianist only plays.
  public var rounds = 6
  /// Minutes of playing before the first round.
  public var minutes = 8.0
  /// Minutes that are played before each further round.
  public var freshMinutes = 1.5
  /// The number of takes that are heard and judged after each round.
  public var takes = 24
  /// The maximum number of passes of a round.
  public var passes = TuneSettings().passes
  /// Minutes that a model plays to pass the gate.
  public var varietyMinutes = 4.0
  /// Minutes that the model in use plays to be measured after each round.
  public var measuredMinutes = 32.0
  /// Whether the listener has a taste, or keeps every third take blindly.
  public var hasTaste = true
  /// A gauge that each round but the first is trained toward, from the round before and without new playing;
  /// nothing is listened to then. `nil` for none.
  public var toward: Toward?
  /// How much is played for rounds toward it; only tests change it.
  var extent = TowardAim.Extent()
  /// Whether the guards of the loop are on.
  public var isGuarded = true
  /// The seed of all random choices.
  public var seed: UInt64 = 1

  /// An experiment of six rounds.
  public init() {}

  /// Runs the experiment in a new project.
  ///
  /// - Parameters:
  ///   - template: The template to start from.
  ///   - folder: Where to make the project.
  ///   - progress: Is told of progress; its request to stop is ignored.
  /// - Throws: `WrongValue`, ``WorkbenchError`` and what the steps throw.
  public func run(
    from template: Template, in folder: String, progress: @escaping ProgressHandler
  ) throws -> SimulationReport {
    try check()
    let project = try Project.make(
      in: URL(named: folder, directoryHint: .isDirectory).standardizedFileURL, from: template)
    var random = SeededGenerator(seed: seed)
    for session in 1...6 {
      try project.addMadeUpSession(
        minutes: minutes / 6, session: "session \(session)", using: &random)
    }
    var listener: Listener?
    let gauge = try toward.map { try project.gauge(named: $0.gauge) }
    defer { gauge?.end() }
    var first: [Double] = []
    var rows: [SimulationReport.Row] = []
    for round in 1..<(rounds + 1) {
      if round > 1, isGuarded, toward == nil {
        try project.addMadeUpSession(
          minutes: freshMinutes, session: "before round \(round)", using: &random)
      }
      var request = request(round)
      if let toward, let last = rows.last {
        request.toward = toward
        request.extent = extent
        request.start = .round(last.round)
      }
      let report = try project.tune(request) { now in
        var now = now
        now.detail = "round \(round) of \(rounds)"
        _ = progress(now)
        return true
      }
      if !isGuarded { _ = try project.use(.round(report.round)) }
      let model = toward == nil ? ModelName.current : .round(report.round)
      let weights = try Model.weights(from: project.resolve(model).file)
      let sample = try ModelSample.notes(
        by: weights, minutes: measuredMinutes, activity: "measuring", seed: seed &+ 100,
        progress: progress)
      let taste = listener ?? Listener(keepingAThirdOf: sample)
      listener = taste
      rows.append(
        .init(
          round: round, status: report.status, heldOut: try project.heldOutNats(by: weights),
          liked: taste.keptShare(of: sample), liking: Listener.meanLiking(of: sample),
          variety: Variety(of: sample),
          fed: report.data?.kept.takes ?? 0, fedShare: report.data?.keptShare ?? 0))
      if let gauge {
        let values = try gauge.values(of: sample.map { GaugedMusic($0) })
        if first.isEmpty { first = values }
        rows[rows.count - 1].toward = Estimate(inSpreadsOf: first, values)
        continue
      }
      try project.listen(
        as: hasTaste ? taste : nil, to: takes, coolly: !isGuarded, seed: seed &+ UInt64(round))
    }
    return SimulationReport(isGuarded: isGuarded, hasTaste: hasTaste, rounds: rows)
  }

  private func check() throws {
    try toward?.check()
    try Setting.rounds.require(rounds, in: 0...100)
    try Setting.minutes.require(minutes, in: 1...1000)
    try Setting.takes.require(takes, in: 1...1000)
    try Setting.passes.require(passes, in: 1...1000)
    try Setting.measuredMinutes.require(measuredMinutes, in: 0.1...1000)
    try Setting.requireSeed(seed)
  }

  private func request(_ round: Int) -> TuneRequest {
    var settings = TuneSettings()
    settings.passes = passes
    // The same in each round, as it is for a musician who gives none: rounds then differ only by what they
    // learned from.
    settings.seed = seed
    settings.varietyMinutes = varietyMinutes
    var request = TuneRequest(settings: settings)
    if !isGuarded, round > 1 {
      request.guards = .off
      request.settings.folds = 0
      request.start = .current
    }
    return request
  }
}

extension Project {
  /// Lets the made-up pianist play a session of two takes.
  fileprivate func addMadeUpSession(
    minutes: Double, session: String, using random: inout SeededGenerator
  ) throws {
    let takes = (0..<2).map { _ in Pianist().take(seconds: minutes * 30, using: &random) }
    try addPlayed(takes: takes, session: session)
  }

  /// Generates takes and stores the listener's verdict on each; the best is always kept. Without a listener
  /// every third take is kept.
  fileprivate func listen(
    as listener: Listener?, to count: Int, coolly: Bool, seed: UInt64
  ) throws {
    var request = GenerateRequest()
    request.takes.count = count
    request.seed = seed
    request.takes.temperature = coolly ? 0.7 : 1
    let numbers = try generate(request) { _ in true }.takes.map(\.number)
    let heard = try numbers.map { (number: $0, notes: try library.notes(of: $0)) }
    let best = heard.max { Listener.liking($0.notes) < Listener.liking($1.notes) }?.number
    for (place, take) in heard.enumerated() {
      let isKept =
        listener.map { $0.keeps(take.notes) || take.number == best } ?? place.isMultiple(of: 3)
      try judge([.number(take.number)], isKept ? .keep() : .discard)
    }
  }

  /// How well weights predict the held-out takes, in nats per event.
  fileprivate func heldOutNats(by weights: Weights) throws -> Estimate {
    let takes = try library.takes(matching: TakeQuery(origin: .played, heldOut: true))
      .sorted { $0.number < $1.number }
      .map { PreparedNotes(try library.soundingNotes(of: $0.number)).tokens() }
    return Estimate.natsPerEvent(
      try Model(weights: weights, precision: Precision(nil))
        .scores(of: takes, activity: "judging", progress: { _ in true }))
  }
}

extension Estimate {
  /// How far the mean of some values is above that of others, in standard deviations of those.
  fileprivate init(inSpreadsOf others: [Double], _ values: [Double]) {
    let (before, now) = (Estimate(meanOf: others), Estimate(meanOf: values))
    let errors = [before, now].map { $0.standardError ?? 0 }
    let spread = max(1e-9, errors[0] * Double(others.count).squareRoot())
    self.init(
      value: (now.value - before.value) / spread,
      standardError: (errors[0] * errors[0] + errors[1] * errors[1]).squareRoot() / spread)
  }
}

extension Setting {
  package static let rounds = Setting("rounds")
  package static let measuredMinutes = Setting("measuredMinutes")
}
