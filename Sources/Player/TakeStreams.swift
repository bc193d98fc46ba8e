package import MIDI
package import Network
import Performance

/// A take that a model generated.
package struct GeneratedTake: Sendable {
  /// The events generated, without the primer.
  package var tokens: [UInt16]
  /// Their notes.
  package var notes: [Note]
  /// The logarithm of the weight that its constraints gave it; 0 without any, −∞ once they allowed nothing.
  package var logWeight: Float
  /// The sum over all draws of ln of the probability mass that grammar and constraints
  /// allowed; 0 without constraints.
  package var logMass: Float
  /// Of the streams that competed for it, how many counted: the mean over all boundaries of the effective
  /// sample size, 1 to their number; 1 for a take that had no competitors.
  package var effectiveStreams: Double

  /// The number of performance events.
  package var events: Int { tokens.count }
}

/// Generates takes side by side, an island of streams each: by default of one.
///
/// Every stream has a stack of constraints, of which the grammar is the first. The streams of an island
/// compete for their take: at musical boundaries those whose weights are low give way to copies of the others
/// (`TakeStreams+Islands.swift`). Without other constraints and with one stream a take, a stream's
/// events depend only on the seed and the stream's number, not on the other streams.
///
/// ```swift
/// let streams = try TakeStreams(by: model, settings, seed: 1)
/// while streams.isGenerating { try streams.step() }
/// let takes = try streams.takes()
/// ```
package final class TakeStreams {
  /// The most events of a primer that are read, about a minute of dense playing: an LSTM's state hardly
  /// depends on what came before.
  static let longestPrimer = 2048

  private let sampler: Sampler
  private let settings: TakeSettings
  private(set) var streams: [TakeStream]
  /// The length of each take, in steps of 10 ms.
  private let length: Int
  /// Whether there is any constraint but the grammar.
  private let isConstrained: Bool
  private let isBiased: Bool
  /// The streams of each take.
  var islands: [Island]
  /// How the streams of an island are compared.
  let competition: Competition
  /// Is called after each step, before streams give way to others.
  var onStep: ((TakeStreams) -> Void)?

  /// Streams drawn from the weighted sum of several networks' logits.
  ///
  /// - Parameters:
  ///   - networks: The networks with their shares; a single one has share 1.
  ///   - settings: How many takes, how long, and how events are drawn.
  ///   - primer: The events to continue, of which the last ``longestPrimer`` are read; empty to start from
  ///     silence.
  ///   - constraints: The constraints besides the grammar; each stream has its own copy.
  ///   - competition: How many streams compete for each take, and by what.
  ///   - longestNote: How long a note may sound, in steps of 10 ms.
  ///   - seed: The seed of all draws.
  ///   - firstStream: The number of the first take; a take's draws depend on the seed and its number.
  /// - Throws: `NetworkError`, `WrongValue`.
  package init(
    of networks: [SampledNetwork], _ settings: TakeSettings, after primer: [UInt16] = [],
    constraints: [any Constraint] = [], competition: Competition = .none,
    longestNote: Int = Grammar.longestNote, seed: UInt64, firstStream: Int = 0
  ) throws {
    try settings.check()
    self.settings = settings
    self.competition = competition
    length = Int((settings.seconds * 100).rounded())
    isConstrained = !constraints.isEmpty
    isBiased = constraints.contains(where: \.isBiased)
    let width = competition.streamsPerTake
    sampler = try Sampler(networks, streams: settings.count * width, seed: seed)
    islands = (0..<settings.count).map { take in
      Island(streams: take * width..<(take + 1) * width, seed: seed, number: firstStream + take)
    }
    var grammar = Grammar(longestNote: longestNote)
    for token in primer { grammar.advance(token) }
    // Without a primer a take begins with a velocity, as every take of the training set does.
    let numbers = (0..<settings.count * width).map { firstStream * width + $0 }
    for (stream, number) in numbers.enumerated() {
      sampler.reseed(stream, seed: seed, as: number)
    }
    let openings = numbers.map { stream -> [UInt16] in
      guard primer.isEmpty else { return primer.suffix(Self.longestPrimer) }
      var random = SeededGenerator(seed: seed &+ UInt64(stream))
      return [Vocabulary.token(of: .velocity(bin: Int.random(in: 13...21, using: &random)))]
    }
    let length = length
    streams = openings.map { opening in
      var grammar = grammar
      if primer.isEmpty { for token in opening { grammar.advance(token) } }
      grammar.begin(steps: length)
      var constraints = constraints
      if primer.isEmpty {
        for index in constraints.indices {
          for token in opening { constraints[index].advance(token) }
        }
      }
      return TakeStream(grammar: grammar, constraints: constraints)
    }
    try sampler.prime(openings)
  }

  /// Streams of a single model.
  ///
  /// - Throws: `NetworkError`, `WrongValue`.
  package convenience init(
    by weights: Weights, _ settings: TakeSettings, after primer: [UInt16] = [],
    constraints: [any Constraint] = [], competition: Competition = .none, seed: UInt64,
    firstStream: Int = 0
  ) throws {
    try self.init(
      of: [SampledNetwork(weights, precision: settings.precision)], settings, after: primer,
      constraints: constraints, competition: competition, seed: seed, firstStream: firstStream)
  }

  /// Whether any take is not yet complete.
  package var isGenerating: Bool { streams.contains(where: \.isGenerating) }

  /// Seconds of music generated so far, all takes together: of each the mean of its streams.
  package var seconds: Double {
    Double(streams.reduce(0) { $0 + min($1.grammar.time, length) }) / 100
      / Double(competition.streamsPerTake)
  }

  /// Seconds of music that all takes together will have.
  package var totalSeconds: Double { Double(length * islands.count) / 100 }

  // MARK: - Steps

  /// Generates one more event of each stream that is not complete; then streams that have passed a boundary
  /// may give way to others of their island.
  ///
  /// - Parameter forced: Events that some streams take instead of drawing one, besides those that their
  ///   constraints give. They need not be allowed.
  /// - Throws: `NetworkError`, and what the competition's judge throws.
  package func step(forcing forced: [Int: UInt16] = [:]) throws {
    if isConstrained || !forced.isEmpty {
      try stepMeasured(forcing: forced)
    } else {
      let streams = streams
      let tokens = try sampler.step(
        temperature: Float(settings.temperature), topP: Float(settings.topP),
        active: streams.map(\.isGenerating)
      ) { stream, mask in streams[stream].allow(&mask) }
      for (stream, token) in zip(streams, tokens) { append(token, to: stream) }
    }
    onStep?(self)
    if competition.streamsPerTake > 1 { try compete() }
  }

  /// The same with constraints: measures the mass that they leave, and finds streams in which it is nothing.
  private func stepMeasured(forcing forced: [Int: UInt16]) throws {
    let streams = streams
    let turns = streams.enumerated().map { index, stream -> Sampler.Turn in
      guard stream.isGenerating else { return .rest }
      stream.given = forced[index] ?? stream.constraintsGive
      return stream.given.map { .read($0) } ?? .draw
    }
    let results = try sampler.step(
      turns, temperature: Float(settings.temperature), topP: Float(settings.topP), measures: true,
      allow: { stream, mask in streams[stream].allow(&mask) },
      bias: isBiased ? { stream, logits in streams[stream].bias(&logits) } : nil)
    for ((stream, result), turn) in zip(zip(streams, results), turns) {
      switch turn {
      case .draw where !stream.isBroken && !stream.grammar.isEnding:
        stream.logMass += result.logMass
        stream.logBias += result.logBiasedMass - result.logMass
      case .read: stream.logGiven += result.logProbability
      case .draw, .rest: break
      }
      append(result.token, to: stream)
    }
  }

  /// Appends an event to a take, if that is not complete.
  private func append(_ token: UInt16, to stream: TakeStream) {
    guard stream.isGenerating else { return }
    stream.append(token)
    // Far denser than any playing: this ends a take whose model no longer generates time shifts.
    let mostEvents = length * 4
    stream.isGenerating = !stream.grammar.isComplete && stream.tokens.count < mostEvents
  }

  /// Makes each stream a copy of another one, with its events, network state,
  /// constraints and random generator.
  ///
  /// - Parameter parents: For each stream, the one that it copies; its own index to leave it as it is.
  package func select(_ parents: [Int]) {
    sampler.select(parents)
    streams = parents.enumerated().map { stream, parent in
      stream == parent ? streams[stream] : TakeStream(streams[parent])
    }
  }

  /// Gives a stream a random generator of its own, so that it diverges from the stream
  /// that it was copied from.
  package func reseed(_ stream: Int, seed: UInt64) { sampler.reseed(stream, seed: seed) }

  /// The takes so far, one of each island, drawn by its weight.
  ///
  /// - Throws: What the competition's judge throws.
  package func takes() throws -> [GeneratedTake] {
    try islands.indices.map { island in
      let stream = streams[try winner(of: island)]
      return GeneratedTake(
        tokens: stream.tokens,
        notes: Decoding.notes(of: stream.tokens, startingAtBin: stream.firstBin),
        logWeight: stream.logWeight, logMass: stream.logMass,
        effectiveStreams: islands[island].effectiveStreams)
    }
  }
}

extension SampledNetwork {
  /// A network with the context of its form.
  ///
  /// - Parameters:
  ///   - precision: The precision; `nil` for the fastest on this processor.
  ///   - share: The factor of its logits in the sum of all networks' logits.
  package init(_ weights: Weights, precision: ComputePrecision?, share: Float = 1) {
    let form = weights.shape.form
    self.init(
      weights: weights,
      precision: precision.map { Precision($0) } ?? .bestToSample(weights.shape), share: share,
      context: { _ in form.context() })
  }
}
