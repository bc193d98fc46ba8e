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

  /// The number of performance events.
  package var events: Int { tokens.count }
}

/// Generates takes side by side, a stream each.
///
/// Every stream has a stack of constraints, of which the grammar is the first. Without others, a stream's
/// events depend only on the seed and the stream's number, not on the other streams.
///
/// ```swift
/// let streams = try TakeStreams(by: model, settings, seed: 1)
/// while streams.isGenerating { try streams.step() }
/// let takes = streams.takes
/// ```
package final class TakeStreams {
  /// The most events of a primer that are read, about a minute of dense playing: an LSTM's state hardly
  /// depends on what came before.
  static let longestPrimer = 2048

  private let sampler: Sampler
  private let settings: TakeSettings
  private var streams: [Stream]
  /// The length of each take, in steps of 10 ms.
  private let length: Int
  /// Whether there is any constraint but the grammar.
  private let isConstrained: Bool
  private let isBiased: Bool

  /// A stream's events and constraints; used by one thread at a time.
  private final class Stream {
    /// The first constraint, kept apart from the others because it also determines when the take is complete.
    var grammar: Grammar
    var constraints: [any Constraint]
    /// The velocity bin in force before the first event.
    let firstBin: Int
    var tokens: [UInt16] = []
    var isGenerating = true
    var logMass: Float = 0
    /// Whether its constraints have once ruled out everything that the grammar allows; from then on only the
    /// grammar applies.
    var isBroken = false

    init(grammar: Grammar, constraints: [any Constraint]) {
      self.grammar = grammar
      self.constraints = constraints
      firstBin = max(1, grammar.bin)
    }

    /// A copy of another stream.
    init(_ other: Stream) {
      grammar = other.grammar
      constraints = other.constraints
      firstBin = other.firstBin
      tokens = other.tokens
      isGenerating = other.isGenerating
      logMass = other.logMass
      isBroken = other.isBroken
    }

    /// Sets to false in `mask`, all true, the events that may not come next.
    func allow(_ mask: inout [Bool]) {
      grammar.allow(&mask)
      guard !constraints.isEmpty, !isBroken else { return }
      let mayBegin = mask[..<Vocabulary.firstNoteOff].contains(true)
      for constraint in constraints { constraint.allow(&mask) }
      if mayBegin, !mask[..<Vocabulary.firstNoteOff].contains(true) {
        // No note may follow now, so a velocity would be pointless.
        for token in Vocabulary.velocities { mask[token] = false }
      }
    }

    func bias(_ logits: inout [Float]) {
      guard !isBroken else { return }
      for constraint in constraints { constraint.bias(&logits) }
    }

    /// Advances by an event.
    func advance(_ token: UInt16) {
      grammar.advance(token)
      for index in constraints.indices { constraints[index].advance(token) }
    }

    var logWeight: Float {
      isBroken ? -.infinity : constraints.reduce(0) { $0 + $1.logWeight }
    }
  }

  /// Streams drawn from the weighted sum of several networks' logits.
  ///
  /// - Parameters:
  ///   - networks: The networks with their shares; a single one has share 1.
  ///   - settings: How many takes, how long, and how events are drawn.
  ///   - primer: The events to continue, of which the last ``longestPrimer`` are read; empty to start from
  ///     silence.
  ///   - constraints: The constraints besides the grammar; each stream has its own copy.
  ///   - seed: The seed of all draws.
  ///   - firstStream: The number of the first stream; a stream's draws depend on the seed and its number.
  /// - Throws: `NetworkError`, `WrongValue`.
  package init(
    of networks: [SampledNetwork], _ settings: TakeSettings, after primer: [UInt16] = [],
    constraints: [any Constraint] = [], seed: UInt64, firstStream: Int = 0
  ) throws {
    try settings.check()
    self.settings = settings
    length = Int((settings.seconds * 100).rounded())
    isConstrained = !constraints.isEmpty
    isBiased = constraints.contains(where: \.isBiased)
    sampler = try Sampler(networks, streams: settings.count, seed: seed)
    var grammar = Grammar()
    for token in primer { grammar.advance(token) }
    // Without a primer a take begins with a velocity, as every take of the training set does.
    let numbers = (0..<settings.count).map { firstStream + $0 }
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
      return Stream(grammar: grammar, constraints: constraints)
    }
    try sampler.prime(openings)
  }

  /// Streams of a single model.
  ///
  /// - Throws: `NetworkError`, `WrongValue`.
  package convenience init(
    by weights: Weights, _ settings: TakeSettings, after primer: [UInt16] = [],
    constraints: [any Constraint] = [], seed: UInt64, firstStream: Int = 0
  ) throws {
    try self.init(
      of: [SampledNetwork(weights, precision: settings.precision)], settings, after: primer,
      constraints: constraints, seed: seed, firstStream: firstStream)
  }

  /// Whether any take is not yet complete.
  package var isGenerating: Bool { streams.contains(where: \.isGenerating) }

  /// Seconds of music generated so far, all takes together.
  package var seconds: Double {
    Double(streams.reduce(0) { $0 + min($1.grammar.time, length) }) / 100
  }

  /// Seconds of music that all takes together will have.
  package var totalSeconds: Double { Double(length * streams.count) / 100 }

  /// Generates one more event of each take that is not complete.
  ///
  /// - Parameter heard: Events that some streams take instead of drawing one, for example those of a given
  ///   line. They need not be allowed.
  /// - Throws: `NetworkError`.
  package func step(forcing forced: [Int: UInt16] = [:]) throws {
    guard isConstrained || !forced.isEmpty else {
      let streams = streams
      let tokens = try sampler.step(
        temperature: Float(settings.temperature), topP: Float(settings.topP),
        active: streams.map(\.isGenerating)
      ) { stream, mask in streams[stream].allow(&mask) }
      for (stream, token) in zip(streams, tokens) { append(token, to: stream) }
      return
    }
    try stepMeasured(forcing: forced)
  }

  /// The same with constraints: measures the mass that they leave, and finds streams in which it is nothing.
  private func stepMeasured(forcing forced: [Int: UInt16]) throws {
    let streams = streams
    func turn(_ stream: Int) -> Sampler.Turn {
      guard streams[stream].isGenerating else { return .rest }
      return forced[stream].map { .read($0) } ?? .draw
    }
    // With nothing allowed, the sampler returns a token that is forbidden. So look at
    // the mask before drawing.
    for index in streams.indices where turn(index) == .draw && !streams[index].isBroken {
      var mask = Array(repeating: true, count: Vocabulary.size)
      streams[index].allow(&mask)
      if isBiased {
        var logits = sampler.logits(of: index)
        streams[index].bias(&logits)
        for token in mask.indices where logits[token] == -.infinity { mask[token] = false }
      }
      if !mask.contains(true) { streams[index].isBroken = true }
    }
    let results = try sampler.step(
      streams.indices.map(turn), temperature: Float(settings.temperature),
      topP: Float(settings.topP), measures: true,
      allow: { stream, mask in streams[stream].allow(&mask) },
      bias: isBiased ? { stream, logits in streams[stream].bias(&logits) } : nil)
    for (index, result) in results.enumerated() {
      if turn(index) == .draw, !streams[index].isBroken { streams[index].logMass += result.logMass }
      append(result.token, to: streams[index])
    }
  }

  /// Appends an event to a take, if that is not complete.
  private func append(_ token: UInt16, to stream: Stream) {
    guard stream.isGenerating else { return }
    stream.tokens.append(token)
    stream.advance(token)
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
      stream == parent ? streams[stream] : Stream(streams[parent])
    }
  }

  /// Gives a stream a random generator of its own, so that it diverges from the stream
  /// that it was copied from.
  package func reseed(_ stream: Int, seed: UInt64) { sampler.reseed(stream, seed: seed) }

  /// The takes so far.
  package var takes: [GeneratedTake] {
    streams.map {
      GeneratedTake(
        tokens: $0.tokens, notes: Decoding.notes(of: $0.tokens, startingAtBin: $0.firstBin),
        logWeight: $0.logWeight, logMass: $0.logMass)
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
