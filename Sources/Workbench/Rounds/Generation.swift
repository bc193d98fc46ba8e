import Foundation
import Library
import MIDI
import Network
import Performance
public import Work

/// What a model plays from, and how it is called.
private struct Primer {
  /// The tokens to go on from; empty for silence.
  var tokens: [UInt16] = []
  /// The take they come from.
  var take: Int64?
  /// What they come from, for the take's record.
  var name: String?
}

/// One take as a model played it.
struct PlayedByModel {
  var notes: [Note]
  var events: Int
}

extension Project {
  /// Events of a primer that are read: about a minute of dense playing; what came before has
  /// faded from an LSTM's state.
  private static let longestPrimer = 2048

  /// Lets a model play takes and puts them into the library.
  ///
  /// - Throws: ``WorkbenchError``, `LibraryError`, `CheckpointError`; nothing is added then.
  public func generate(_ request: GenerateRequest, progress: @escaping ProgressHandler) throws
    -> GenerateReport
  {
    // Before the work, not after it.
    try library.requireWritable("add takes to")
    var request = request
    let seed = request.seed ?? UInt64.random(in: 1...999_999)
    request.seed = seed
    let clock = ContinuousClock()
    let start = clock.now
    let primer = try primer(for: request)
    let played = try play(request, from: primer, progress: progress)
    let seconds = (clock.now - start) / .seconds(1)

    let now = try library.dateInOrder()
    let round: Int? =
      switch request.model {
      case .round(let number): number
      case .current: try library.currentRound()?.number
      case .base, .file: nil
      }
    let model = request.model == .current && round == nil ? ModelName.base : request.model
    let takes = played.enumerated().map { stream, take in
      NewTake(
        origin: .generated, startedAt: now, events: MIDIEvent.events(of: take.notes),
        notes: take.notes, pedalNanoseconds: 0,
        generation: .init(
          round: round, model: round.map { "round \($0)" } ?? model.text, seed: seed,
          stream: stream, temperature: request.temperature, topP: request.topP,
          primer: primer.name, primerTake: primer.take))
    }
    let numbers = try library.add(
      takes,
      to: NewSession(
        kind: .generation, name: round.map { "round \($0)" } ?? model.text, startedAt: now,
        heldOut: false))
    return GenerateReport(
      takes: zip(numbers, played).map { number, take in
        .init(
          number: number, seconds: Double(take.notes.map(\.end).max() ?? 0) / 1e9,
          notes: take.notes.count)
      },
      model: round.map { "round \($0)" } ?? model.text, seed: seed, after: primer.name,
      events: played.reduce(0) { $0 + $1.events }, wallSeconds: seconds)
  }

  /// Lets a model play takes and keeps them nowhere.
  func play(_ request: GenerateRequest, progress: @escaping ProgressHandler) throws
    -> [PlayedByModel]
  {
    try play(request, from: primer(for: request), progress: progress)
  }

  /// Lets weights play from silence and keeps nothing; `request` need not name their model.
  func play(_ request: GenerateRequest, by weights: Weights, progress: @escaping ProgressHandler)
    throws -> [PlayedByModel]
  {
    try play(request, from: Primer(), by: weights, progress: progress)
  }

  private func play(
    _ request: GenerateRequest, from primer: Primer, progress: @escaping ProgressHandler
  ) throws -> [PlayedByModel] {
    try request.check()
    return try play(
      request, from: primer, by: Model.weights(from: weights(of: request.model)),
      progress: progress)
  }

  private func play(
    _ request: GenerateRequest, from primer: Primer, by weights: Weights,
    progress: @escaping ProgressHandler
  ) throws -> [PlayedByModel] {
    try request.check()
    let clock = ContinuousClock()
    let seed = request.seed ?? 1
    let sampler = try Sampler(
      weights: weights, context: weights.shape.hearing, streams: request.count, seed: seed,
      precision: request.precision.map { Precision($0) }
        ?? .bestToSample(weights.shape))
    let steps = Int((request.seconds * 100).rounded())
    var grammar = Grammar()
    for token in primer.tokens { grammar.advance(token) }

    // From silence a take begins with a velocity, as every take does that the model has read.
    let openings = (0..<request.count).map { stream -> [UInt16] in
      guard primer.tokens.isEmpty else { return primer.tokens.suffix(Self.longestPrimer) }
      var random = SeededGenerator(seed: seed &+ UInt64(stream))
      return [Vocabulary.token(of: .velocity(bin: Int.random(in: 13...21, using: &random)))]
    }
    var grammars = openings.map { opening in
      var grammar = grammar
      if primer.tokens.isEmpty { for token in opening { grammar.advance(token) } }
      grammar.begin(steps: steps)
      return grammar
    }
    let bins = grammars.map { max(1, $0.bin) }
    try sampler.prime(openings)

    // Far denser than anybody plays; a model that no longer lets time go on is cut off here.
    let mostEvents = steps * 4
    var tokens: [[UInt16]] = Array(repeating: [], count: request.count)
    var isPlaying = Array(repeating: true, count: request.count)
    let start = clock.now
    while isPlaying.contains(true) {
      let next = try sampler.step(
        temperature: Float(request.temperature), topP: Float(request.topP), active: isPlaying
      ) { stream, mask in grammars[stream].fill(&mask) }
      for stream in tokens.indices where isPlaying[stream] {
        tokens[stream].append(next[stream])
        grammars[stream].advance(next[stream])
        isPlaying[stream] = !grammars[stream].isComplete && tokens[stream].count < mostEvents
      }
      let reached = grammars.map { min($0.time, steps) }.reduce(0, +)
      let goesOn = progress(
        WorkProgress(
          activity: "generating", done: Double(reached) / 100,
          total: Double(steps * request.count) / 100, unit: "seconds of music",
          seconds: (clock.now - start) / .seconds(1)))
      guard goesOn else { break }
    }
    return zip(tokens, bins).map { tokens, bin in
      PlayedByModel(
        notes: Decoding.notes(of: tokens, startingAtBin: bin), events: tokens.count)
    }
  }

  private func primer(for request: GenerateRequest) throws -> Primer {
    guard let after = request.after else { return Primer() }
    if let name = TakeName(after) {
      let take = try summary(of: name, forPrimer: true)
      guard !take.heldOut else {
        throw WorkbenchError.heldOutPrimer(number: take.number)
      }
      let notes = NoteReading(of: try library.events(of: take.number)).soundingNotes
      return Primer(
        tokens: PreparedNotes(notes).tokens(), take: take.number, name: "take \(take.number)")
    }
    let piece = Piece(file: URL(filePath: (after as NSString).expandingTildeInPath))
    guard let take = piece.takes.first, !take.tokens.isEmpty else {
      throw WorkbenchError.noMusic(
        path: after, cause: piece.reason ?? "its first take holds no notes")
    }
    return Primer(tokens: take.tokens, name: piece.file.plainPath)
  }
}

/// What a call of `generate` put into the library.
public struct GenerateReport: Codable, Sendable {
  /// One take.
  public struct Take: Codable, Sendable {
    /// Its number in the library.
    public var number: Int64
    /// How long it is, in seconds.
    public var seconds: Double
    /// Its notes.
    public var notes: Int
  }

  /// The takes, in order of their numbers.
  public var takes: [Take]
  /// The model that played.
  public var model: String
  /// The seed; the same call with it plays the same.
  public var seed: UInt64
  /// What the takes go on from.
  public var after: String?
  /// Performance events drawn, all takes together.
  public var events: Int
  /// Seconds from reading the model to the last event.
  public var wallSeconds: Double
}
