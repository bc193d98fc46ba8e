import Disk
import Foundation
import Performance
public import Player
package import Rounds
public import Work

/// How well a model predicts a set of files, in nats.
public struct EvaluationReport: Codable, Sendable {
  /// The numbers of one file.
  public struct File: Codable, Sendable {
    /// Where the file is.
    public var path: String
    /// Mean negative log-likelihood of an event, in nats; `nil` if no event was counted.
    public var nllPerEvent: Double?
    /// Events counted: all but the first of each take.
    public var events: Int
    /// Notes in them.
    public var notes: Int
    /// Why the file could not be used.
    public var reason: String?
  }

  /// The numbers of a group of files, those with the same part of their names before `--`.
  public struct Group: Codable, Sendable {
    /// The group's name.
    public var set: String
    /// Mean negative log-likelihood of an event, in nats, over all events of the group.
    public var nllPerEvent: Double
    /// Events counted.
    public var events: Int
    /// Files counted.
    public var files: Int
  }

  /// The numbers of the events of one kind.
  public struct Kind: Codable, Sendable {
    /// `noteOn`, `noteOff`, `timeShift` or `velocity`.
    public var kind: String
    /// Events counted.
    public var events: Int
    /// Their negative log-likelihood, in nats, over the number of all notes.
    public var nllPerNote: Double
  }

  /// The model's name.
  public var model: String
  /// Mean negative log-likelihood of an event, in nats, over all events.
  public var nllPerEvent: Double
  /// Its standard error, by a bootstrap over takes; `nil` for a single take.
  public var standardError: Double?
  /// The same nats over the number of notes.
  public var nllPerNote: Double
  /// The same nats over the seconds of music.
  public var nllPerSecond: Double
  /// Events counted.
  public var events: Int
  /// Notes in them.
  public var notes: Int
  /// Seconds of music.
  public var seconds: Double
  /// Seconds of silence that were cut out of it, since a model never reads more than five at once.
  public var cutSeconds: Double
  /// What ``nllPerNote`` is the sum of: the keys struck, how hard, when, and how notes end; `nil` in reports of
  /// versions that did not tell.
  public var kinds: [Kind]?
  /// Groups by file name, if there are several.
  public var sets: [Group]
  /// The numbers of each file.
  public var files: [File]

  fileprivate init(model: String, evaluated: [EvaluatedFile], events eventScores: [[[Float]]]) {
    self.model = model
    let scores = eventScores.map { $0.map(TakeScore.init) }
    files = zip(evaluated, scores).map { file, scores in
      let events = scores.reduce(0) { $0 + $1.events }
      return File(
        path: file.url.plainPath,
        nllPerEvent: events == 0 ? nil : scores.reduce(0) { $0 + $1.nats } / Double(events),
        events: events, notes: file.notes, reason: file.reason)
    }
    let all = scores.flatMap(\.self).filter { $0.events > 0 }
    let estimate = Estimate.natsPerEvent(all)
    let nats = all.reduce(0) { $0 + $1.nats }
    nllPerEvent = estimate.value
    standardError = estimate.standardError
    events = all.reduce(0) { $0 + $1.events }
    notes = files.reduce(0) { $0 + $1.notes }
    seconds = evaluated.flatMap(\.takes).reduce(0) { $0 + $1.notes.notes.seconds }
    cutSeconds = evaluated.reduce(0) { $0 + $1.cutSeconds }
    nllPerNote = nats / Double(max(1, notes))
    nllPerSecond = nats / max(1e-9, seconds)
    kinds = Self.kinds(of: evaluated, eventScores, notes: notes)
    sets = Self.groups(of: evaluated, scores)
  }

  /// Nats per event with its error bar.
  package var estimate: Estimate { Estimate(value: nllPerEvent, standardError: standardError) }

  private static func kinds(of evaluated: [EvaluatedFile], _ scores: [[[Float]]], notes: Int)
    -> [Kind]
  {
    var sums: [String: TakeScore] = [:]
    for (file, scores) in zip(evaluated, scores) {
      for (take, nats) in zip(file.takes, scores) {
        for (token, nats) in zip(take.tokens.dropFirst(), nats) {
          guard let kind = Vocabulary.event(of: token)?.kind else { continue }
          sums[kind, default: TakeScore(nats: 0, events: 0)].nats += Double(nats)
          sums[kind]?.events += 1
        }
      }
    }
    return sums.sorted { $0.key < $1.key }.map { kind, score in
      Kind(kind: kind, events: score.events, nllPerNote: score.nats / Double(max(1, notes)))
    }
  }

  private static func groups(of evaluated: [EvaluatedFile], _ scores: [[TakeScore]]) -> [Group] {
    var groups: [String: Group] = [:]
    for (file, scores) in zip(evaluated, scores) {
      let name = file.url.lastPathComponent
      guard let end = name.range(of: "--")?.lowerBound else { continue }
      let set = String(name[..<end])
      var group = groups[set] ?? Group(set: set, nllPerEvent: 0, events: 0, files: 0)
      // The sum of nats, until it is divided below.
      group.nllPerEvent += scores.reduce(0) { $0 + $1.nats }
      group.events += scores.reduce(0) { $0 + $1.events }
      group.files += 1
      groups[set] = group
    }
    guard groups.count > 1 else { return [] }
    return groups.values.filter { $0.events > 0 }.sorted { $0.set < $1.set }.map { group in
      var group = group
      group.nllPerEvent /= Double(group.events)
      return group
    }
  }
}

extension ResolvedModel {
  /// Measures how well the model predicts files, each take read whole and from a silent start.
  ///
  /// - Parameters:
  ///   - paths: MIDI files and folders of them.
  ///   - precision: The arithmetic; `nil` for what this processor does fastest.
  ///   - progress: Is told of progress; its request to stop is ignored.
  /// - Throws: ``WorkbenchError/noMusic(path:cause:)`` if there is no take in the files; `CheckpointError`.
  public func evaluate(
    on paths: [String], precision: ComputePrecision?, progress: @escaping ProgressHandler
  ) throws -> EvaluationReport {
    let found = try MusicFiles.find(at: paths)
    let evaluated = parallelMap(count: found.count) { EvaluatedFile(file: found[$0]) }
    let takes = evaluated.flatMap(\.takes)
    guard takes.contains(where: { $0.tokens.count > 1 }) else {
      throw WorkbenchError.noMusic(
        path: paths.joined(separator: " "),
        cause: evaluated.compactMap(\.reason).first ?? "there is no MIDI file")
    }
    let scores = try Model(file: file, precision: precision)
      .eventScores(of: takes.map(\.tokens), activity: "evaluating", progress: progress)
    var next = 0
    var byFile: [[[Float]]] = []
    for file in evaluated {
      byFile.append(Array(scores[next..<(next + file.takes.count)]))
      next += file.takes.count
    }
    return EvaluationReport(model: name.text, evaluated: evaluated, events: byFile)
  }
}

extension TakeScore {
  /// The sum of the scores of a take's events, in nats.
  fileprivate init(_ events: [Float]) {
    self.init(nats: events.reduce(0) { $0 + Double($1) }, events: events.count)
  }
}

extension PerformanceEvent {
  /// The name of what kind of event it is.
  fileprivate var kind: String {
    switch self {
    case .noteOn: "noteOn"
    case .noteOff: "noteOff"
    case .timeShift: "timeShift"
    case .velocity: "velocity"
    }
  }
}

/// A file read for evaluation: its takes as a model reads them.
private struct EvaluatedFile: Sendable {
  var url: URL
  var takes: [TakeMusic.Music]
  var reason: String?

  init(file: URL) {
    let music = MusicFile(at: file)
    url = file
    takes = music.performances.map { TakeMusic.Music($0.soundingNotes) }
    reason = music.reason
  }

  var notes: Int { takes.reduce(0) { $0 + $1.notes.notes.count } }

  /// Seconds of silence that are cut out of the takes.
  var cutSeconds: Double { takes.reduce(0) { $0 + Double($1.notes.cutSilence) / 1e9 } }
}
