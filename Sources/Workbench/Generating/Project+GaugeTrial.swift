import Disk
import Foundation
import Library
import MIDI
public import Player
import Rounds
public import Work

/// A request to try a gauge: what it gives unsteered takes, and the musician's own.
public struct GaugeTrialRequest: Sendable {
  /// The gauge: a file's path, or a built-in name; behind a colon, the take that it compares with.
  public var gauge: String
  /// How the unsteered takes are played.
  public var takes = TakeSettings()
  /// The model that plays them.
  public var model = ModelName.current
  /// A folder for the unsteered takes with the highest and lowest numbers, as MIDI files; `nil` writes none.
  public var to: String?

  /// A trial of a gauge on as many takes as one is measured by.
  public init(_ gauge: String) {
    self.gauge = gauge
    takes.count = UnsteeredTakes.count
  }

  /// Checks the bounds of every number.
  ///
  /// - Throws: `WrongValue`.
  func check() throws {
    try Setting.count.require(takes.count, in: 8...256)
    try takes.check()
  }
}

/// What a gauge gives music.
public struct GaugeTrialReport: Codable, Sendable {
  /// One piece of music.
  public struct Item: Codable, Hashable, Sendable {
    /// The number of the take in the library, or of the unsteered take, from 1 on.
    public var number: Int64
    /// What the gauge gives it.
    public var value: Double
    /// Its length in seconds.
    public var seconds: Double
    /// Its notes.
    public var notes: Int
    /// The file that it was written to.
    public var path: String?
  }

  /// What it gives some takes.
  public struct Sample: Codable, Sendable {
    /// How many takes.
    public var count: Int
    /// The mean of what it gives them.
    public var mean: Double
    /// The standard deviation of that; 0 of one take.
    public var spread: Double
    /// Those with the highest numbers, highest first.
    public var highest: [Item]
    /// Those with the lowest numbers, lowest first.
    public var lowest: [Item]
  }

  /// The gauge's name, as given.
  public var gauge: String
  /// The SHA-256 of its file and of what it compares with.
  public var digest: String
  /// The model that played the unsteered takes.
  public var model: String
  /// What it gives unsteered takes.
  public var unsteered: Sample
  /// What it gives takes that the musician has played, without those held out; `nil` if there are none.
  public var mine: Sample?
}

extension Project {
  /// How many takes are shown at either end.
  private static let shown = 5

  /// Asks a gauge about takes; adds nothing to the library.
  ///
  /// - Throws: ``WorkbenchError``, `WrongValue`, `LibraryError`, `CheckpointError`, `DiskError`.
  public func tryGauge(_ request: GaugeTrialRequest, progress: @escaping ProgressHandler) throws
    -> GaugeTrialReport
  {
    try request.check()
    let folder = try request.to.map { path in
      let folder = try URL(target: path, mustBe: "a folder")
      try folder.makeNamedFolder()
      return folder
    }
    let gauge = try gauge(named: request.gauge)
    defer { gauge.end() }
    let chosen = try chosen(request.model, precision: request.takes.precision)
    let unsteered = try unsteered(
      by: chosen, dial: nil, request.takes, count: request.takes.count)
    let takes = try unsteeredNotes(unsteered, progress: progress)
    let music = takes.map { GaugedMusic($0) }
    var sample = Self.sample(
      zip(music.indices, zip(music, try gauge.values(of: music))).map { index, one in
        Self.item(Int64(index + 1), one.0, one.1)
      })
    let mine = try mine(by: gauge, progress: progress)
    if let folder {
      for list in [\GaugeTrialReport.Sample.highest, \.lowest] {
        for index in sample[keyPath: list].indices {
          let number = sample[keyPath: list][index].number
          let file = folder.appending(path: "unsteered-\(number).mid")
          try write(takes[Int(number) - 1], as: "unsteered take \(number)", to: file)
          sample[keyPath: list][index].path = file.plainPath
        }
      }
    }
    return GaugeTrialReport(
      gauge: request.gauge, digest: gauge.digest, model: chosen.model.name.text,
      unsteered: sample, mine: mine)
  }

  /// What a gauge gives the musician's own takes.
  private func mine(by gauge: Gauge, progress: @escaping ProgressHandler) throws
    -> GaugeTrialReport.Sample?
  {
    let takes = try library.takes(matching: TakeQuery(origin: .played, heldOut: false))
    let clock = ContinuousClock()
    let start = clock.now
    var items: [GaugeTrialReport.Item] = []
    for (index, take) in takes.enumerated() {
      let music = GaugedMusic(try library.soundingNotes(of: take.number))
      if !music.notes.isEmpty {
        items += try gauge.values(of: [music]).map { Self.item(take.number, music, $0) }
      }
      let goesOn = progress(
        WorkProgress(
          activity: "asking the gauge about your takes", done: Double(index + 1),
          total: Double(takes.count), unit: "takes", seconds: (clock.now - start) / .seconds(1)))
      guard goesOn else { throw WorkbenchError.stopped(doing: "try the gauge") }
    }
    return items.isEmpty ? nil : Self.sample(items)
  }

  private static func item(_ number: Int64, _ music: GaugedMusic, _ value: Double)
    -> GaugeTrialReport.Item
  {
    .init(number: number, value: value, seconds: music.seconds, notes: music.notes.count)
  }

  private static func sample(_ items: [GaugeTrialReport.Item]) -> GaugeTrialReport.Sample {
    let count = Double(items.count)
    let mean = items.reduce(0) { $0 + $1.value } / count
    let variance =
      items.reduce(0) { $0 + ($1.value - mean) * ($1.value - mean) } / max(1, count - 1)
    let sorted = items.sorted { ($0.value, $0.number) < ($1.value, $1.number) }
    // Of few takes, none is shown at both ends.
    let ends = min(shown, (items.count + 1) / 2)
    return .init(
      count: items.count, mean: mean, spread: variance.squareRoot(),
      highest: sorted.suffix(min(shown, ends)).reversed(),
      lowest: Array(sorted.prefix(min(ends, items.count - ends))))
  }

  /// Writes notes as a MIDI file that says that a model made them.
  private func write(_ notes: [Note], as name: String, to file: URL) throws {
    let mark = TakeMark(origin: .generated, project: settings.name)
    try Draft.write(
      Data(
        StandardMIDIFile.bytes(
          of: MIDIEvent.events(of: notes), name: "\(settings.name), \(name)", text: mark.text)),
      to: file.linksFollowed())
  }
}
