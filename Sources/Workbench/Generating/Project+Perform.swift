import Disk
import Foundation
import Library
import MIDI
import Performance
import Player
public import Work

/// A score that was found, with where it came from.
struct FoundScore {
  var score: Score
  /// How it is called: a file's path, or "take 12".
  var name: String
  /// The take that it is.
  var take: Int64?
  /// The SHA-256 of its file.
  var digest: String?
}

extension Project {
  /// Plays a score by a model: adds takes that have every note of it once, with the model's touch and timing.
  ///
  /// - Throws: ``WorkbenchError``, `WrongValue`, `LibraryError`, `CheckpointError`; nothing is added then.
  public func perform(_ request: PerformRequest, progress: @escaping ProgressHandler) throws
    -> GenerateReport
  {
    try request.check()
    try library.requireWritable("add takes to")
    var request = request
    let seed = request.seed ?? UInt64.random(in: 1...999_999)
    request.seed = seed
    let start = ContinuousClock.now
    let found = try score(named: request.score)
    request.score = found.take.map { "\($0)" } ?? found.name
    let chosen = try chosen(request.model, dial: request.dial, precision: request.precision)
    request.model = chosen.model.name
    let takes = try readings(of: found.score, by: chosen, request, progress: progress)
    var recipe = Recipe(.scoreReadings(request))
    recipe.digests["score"] = found.digest
    var settings = TakeSettings()
    settings.temperature = request.temperature
    return try store(
      takes,
      by: TakeMaking(
        recipe: recipe, chosen: chosen, seed: seed, settings: settings, source: found.take),
      wallSeconds: (ContinuousClock.now - start) / .seconds(1))
  }

  /// The score of a name: a take's number, "last", or a MIDI file.
  ///
  /// - Throws: ``WorkbenchError``, `LibraryError`.
  func score(named name: String) throws -> FoundScore {
    guard TakeName(name) == nil else {
      let take = try sourceTake(named: name, to: "perform")
      let title = "take \(take.number)"
      return FoundScore(
        score: try Self.score(of: title) { () throws(ScoreError) in try Score(ofTake: take.notes) },
        name: title, take: take.number)
    }
    let url = try URL(musicFile: name, for: "perform a score")
    let path = url.plainPath
    let bytes: [UInt8]
    let file: StandardMIDIFile
    do {
      bytes = try MusicFile.musicBytes(of: url)
      file = try StandardMIDIFile(bytes: bytes)
    } catch MusicFileError.unreadable(_, let cause) {
      throw WorkbenchError.badScore(path, cause: cause)
    } catch {
      throw WorkbenchError.badScore(path, cause: "\(error)")
    }
    return FoundScore(
      score: try Self.score(of: path) { () throws(ScoreError) in try Score(of: file) },
      name: path, digest: Digest.sha256(of: bytes))
  }

  private static func score(of name: String, _ read: () throws(ScoreError) -> Score) throws -> Score
  {
    do {
      return try read()
    } catch {
      throw WorkbenchError.badScore(name, cause: error.description)
    }
  }

  /// Readings of a score by a model, without storing them.
  ///
  /// - Throws: ``WorkbenchError``, `NetworkError`, `WrongValue`.
  func readings(
    of score: Score, by chosen: ChosenModel, _ request: PerformRequest,
    progress: @escaping ProgressHandler
  ) throws -> [MadeTake] {
    let tempo = try request.factor(for: score)
    let streams = try ScoreStreams(
      of: score, by: chosen.networks, count: request.count, tempo: tempo,
      temperature: request.temperature, streams: request.streams,
      massExponent: request.massExponent, seed: request.seed ?? 1)
    guard let takes = try streams.perform(progress: progress) else {
      throw WorkbenchError.stopped(doing: "perform")
    }
    return takes.enumerated().map { index, take in
      MadeTake(
        stream: index, notes: take.notes, events: take.events,
        effectiveStreams: request.streams > 1 ? take.effectiveStreams : nil)
    }
  }
}
