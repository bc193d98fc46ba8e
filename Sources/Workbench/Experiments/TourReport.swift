import Disk
import Foundation
import Library
import MIDI
import MadeUpPianist
import Network
import Performance
public import Player
import Rounds
import Synth
public import Work

/// What the tour did, and its results.
public struct TourReport: Codable, Sendable {
  /// One measure of style: how far the base's and the tuned model's takes are from the pianist.
  public struct Measure: Codable, Sendable {
    /// What is measured.
    public var name: String
    /// Distance of the base's takes to the pianist's playing, 0…1.
    public var base: Double
    /// Distance of the tuned model's takes to the pianist's playing, 0…1.
    public var tuned: Double
    /// Distance of two halves of the pianist's playing to each other, 0…1: the nearest that can be expected.
    public var pianist: Double
  }

  /// A sound file to listen to.
  public struct SoundFile: Codable, Sendable {
    /// Who plays: "the pianist", "the base", "round 1".
    public var player: String
    /// The path of the file.
    public var path: String
  }

  /// The project's folder.
  public var project: String
  /// Seconds of made-up playing.
  public var seconds: Double
  /// The number of its sessions.
  public var sessions: Int
  /// The round.
  public var tune: TuneReport
  /// The takes that the tuned model played.
  public var generated: GenerateReport
  /// Their MIDI files.
  public var files: [String]
  /// Half a minute each of the pianist, of the base and of the tuned model, to be heard in this order.
  public var sounds: [SoundFile]
  /// Why there are no sounds.
  public var silence: String?
  /// How far the takes are from the pianist's, by each measure.
  public var measures: [Measure]
  /// Seconds from beginning to end.
  public var wallSeconds: Double
}

extension Home {
  /// Makes a project, fills it with a made-up pianist's playing, tunes, generates and compares.
  ///
  /// - Parameters:
  ///   - name: The template to start from.
  ///   - folder: Where to make the project; `nil` makes it in a new temporary folder.
  ///   - seed: The seed of all random choices.
  /// - Throws: `WrongValue`, ``WorkbenchError`` and what the steps throw.
  public func tour(
    from name: String, in folder: String?, seed: UInt64, precision: ComputePrecision?,
    progress: @escaping ProgressHandler
  ) throws -> TourReport {
    let template = try template(named: name)
    try Setting.requireSeed(seed)
    let clock = ContinuousClock()
    let start = clock.now
    let place =
      folder.map { URL(named: $0, directoryHint: .isDirectory) }
      ?? FileManager.default.temporaryDirectory.appending(
        path: "woodshed-tour-\(UUID().uuidString.prefix(8))", directoryHint: .isDirectory)
    let project = try Project.make(in: place.standardizedFileURL, from: template)
    let takes = try project.fill(seed: seed)

    var request = TuneRequest(settings: project.settings.tune)
    request.settings.seed = seed
    request.settings.passes = 5
    request.settings.varietyMinutes = 4
    request.minutes = 1.3
    request.precision = precision
    let tune = try project.tune(request, progress: progress)

    var generation = GenerateRequest()
    generation.takes.count = 4
    generation.model = .round(tune.round)
    generation.seed = seed
    generation.takes.precision = precision
    let generated = try project.generate(generation, progress: progress)
    let files = try project.export(
      ExportRequest(TakeChoice(generated.takes.map { .number($0.number) }))
    ).files.map(\.path)

    generation.model = .base
    let byBase = try project.generated(for: generation, progress: progress)
    let byTuned = try generated.takes.map { try project.library.notes(of: $0.number) }
    let heard =
      [("the pianist", takes[0]), ("the base", byBase[0])]
      + byTuned.map { ("round \(tune.round)", $0) }
    let (sounds, silence) = try project.render(
      heard, seconds: generation.takes.seconds, progress: progress)
    return TourReport(
      project: project.folder.plainPath,
      seconds: takes.reduce(0) { $0 + Double($1.map(\.end).max() ?? 0) / 1e9 },
      sessions: TourReport.sessionCount, tune: tune, generated: generated, files: files,
      sounds: sounds, silence: silence,
      measures: TourReport.compare(pianist: takes, base: byBase, tuned: byTuned),
      wallSeconds: (clock.now - start) / .seconds(1))
  }
}

extension TourReport {
  fileprivate static let sessionCount = 6
  fileprivate static let secondsPerTake = 100.0
  fileprivate static let takesPerSession = 2

  fileprivate static func compare(pianist: [[Note]], base: [[Note]], tuned: [[Note]]) -> [Measure] {
    let whole = StyleMeasures(of: pianist)
    let even = pianist.indices.filter { $0.isMultiple(of: 2) }.map { pianist[$0] }
    let odd = pianist.indices.filter { !$0.isMultiple(of: 2) }.map { pianist[$0] }
    let byBase = StyleMeasures(of: base).distances(to: whole)
    let byTuned = StyleMeasures(of: tuned).distances(to: whole)
    let byPianist = StyleMeasures(of: even).distances(to: StyleMeasures(of: odd))
    return zip(byBase, zip(byTuned, byPianist)).map { base, rest in
      Measure(
        name: base.name, base: base.distance, tuned: rest.0.distance, pianist: rest.1.distance)
    }
  }
}

extension Project {
  /// Writes the beginning of each player's notes as a sound file.
  ///
  /// - Returns: The files in the same order; or no files, and why no sound can be made here.
  fileprivate func render(
    _ heard: [(player: String, notes: [Note])], seconds: Double, progress: @escaping ProgressHandler
  ) throws -> (files: [TourReport.SoundFile], silence: String?) {
    let start = ContinuousClock.now
    let soundFont: SoundFont
    do {
      soundFont = try SoundRequest().findSoundFont()
    } catch let error as SynthError {
      return ([], error.description)
    }
    let folder = try exports()
    var files: [TourReport.SoundFile] = []
    for (index, (player, notes)) in heard.enumerated() {
      let format = SoundFormat.compressed
      let name =
        "\(index + 1)-\(player.replacingOccurrences(of: " ", with: "-")).\(format.rawValue)"
      let file = folder.appending(path: name)
      let events = MIDIEvent.events(of: notes).prefix { $0.nanoseconds <= Int64(seconds * 1e9) }
      try Rendering(Array(events), soundFont: soundFont).write(to: file, as: format) { share in
        progress(
          WorkProgress(
            activity: "rendering", done: Double(index) + share, total: Double(heard.count),
            unit: "takes", seconds: (ContinuousClock.now - start) / .seconds(1)))
      }
      files.append(.init(player: player, path: file.plainPath))
    }
    return (files, nil)
  }

  /// Fills the library with a made-up pianist's playing, and returns the notes of each take.
  fileprivate func fill(seed: UInt64) throws -> [[Note]] {
    var random = SeededGenerator(seed: seed)
    let pianist = Pianist()
    var notes: [[Note]] = []
    for session in 1...TourReport.sessionCount {
      let takes = (0..<TourReport.takesPerSession).map { _ in
        pianist.take(seconds: TourReport.secondsPerTake, using: &random)
      }
      try addPlayed(takes: takes, session: "made-up pianist, session \(session)")
      notes += takes.map { NoteReading(of: $0).soundingNotes }
    }
    return notes
  }
}
