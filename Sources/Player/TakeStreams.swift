package import MIDI
package import Network
import Performance

/// One take as a model generated it.
package struct GeneratedTake: Sendable {
  /// What it generated, without the primer.
  package var tokens: [UInt16]
  /// The notes of that.
  package var notes: [Note]
  /// The logarithm of the weight that its constraints gave it; 0 without any, −∞ once they allowed nothing.
  package var logWeight: Float
  /// The sum, over what was drawn under constraints, of the logarithms of the share of probability that they
  /// and the grammar left; 0 without any.
  package var logMass: Float

  /// The performance events that were drawn.
  package var events: Int { tokens.count }
}

/// Takes being generated side by side, a stream each.
///
/// Every stream has a stack of constraints, of which the grammar is the first. With no other, the same seed
/// plays the same events whatever else is played beside them.
///
/// ```swift
/// let streams = try TakeStreams(by: model, settings, seed: 1)
/// while streams.isGenerating { try streams.step() }
/// let takes = streams.takes
/// ```
package final class TakeStreams {
  /// Events of a primer that are read: about a minute of dense playing; what came before has faded from an
  /// LSTM's state.
  static let longestPrimer = 2048

  private let sampler: Sampler
  private let settings: TakeSettings
  private var streams: [Stream]
  /// How long each take is, in steps of 10 ms.
  private let length: Int
  /// Whether there is any constraint but the grammar.
  private let isConstrained: Bool
  private let isBiased: Bool

  /// What a stream has played and may play; used by one thread at a time.
  private final class Stream {
    /// The first constraint, apart from the others because it also says when the take is complete.
    var grammar: Grammar
    var constraints: [any Constraint]
    /// The velocity bin in force before the first event.
    let firstBin: Int
    var tokens: [UInt16] = []
    var isGenerating = true
    var logMass: Float = 0
    /// Whether its constraints once allowed nothing that the grammar does; from then on it plays by the
    /// grammar alone.
    var isBroken = false

    init(grammar: Grammar, constraints: [any Constraint]) {
      self.grammar = grammar
      self.constraints = constraints
      firstBin = max(1, grammar.bin)
    }

    /// A stream that goes on from where another one is.
    init(_ other: Stream) {
      grammar = other.grammar
      constraints = other.constraints
      firstBin = other.firstBin
      tokens = other.tokens
      isGenerating = other.isGenerating
      logMass = other.logMass
      isBroken = other.isBroken
    }

    /// Takes away from `mask`, all true, the events that cannot come next.
    func allow(_ mask: inout [Bool]) {
      grammar.allow(&mask)
      guard !constraints.isEmpty, !isBroken else { return }
      let mayBegin = mask[..<Vocabulary.firstNoteOff].contains(true)
      for constraint in constraints { constraint.allow(&mask) }
      if mayBegin, !mask[..<Vocabulary.firstNoteOff].contains(true) {
        // No velocity that no note could follow.
        for token in Vocabulary.firstVelocity..<Vocabulary.size { mask[token] = false }
      }
    }

    func bias(_ logits: inout [Float]) {
      guard !isBroken else { return }
      for constraint in constraints { constraint.bias(&logits) }
    }

    /// Goes on by an event.
    func advance(_ token: UInt16) {
      grammar.advance(token)
      for index in constraints.indices { constraints[index].advance(token) }
    }

    var logWeight: Float {
      isBroken ? -.infinity : constraints.reduce(0) { $0 + $1.logWeight }
    }
  }

  /// Streams of networks whose logits are mixed.
  ///
  /// - Parameters:
  ///   - networks: The networks; one of share 1 plays alone.
  ///   - settings: How many takes, how long, how drawn.
  ///   - primer: The events to go on from, whose last ``longestPrimer`` are read; empty for silence.
  ///   - constraints: What every stream is held to besides the grammar, each with a copy of its own.
  ///   - seed: Of all that is drawn.
  ///   - firstStream: The number that the first stream draws by; the same number and seed draw the same.
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
    // From silence a take begins with a velocity, as every take does that the model has read.
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

  /// Streams of one model alone.
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

  /// Seconds of music that all takes together have reached.
  package var seconds: Double {
    Double(streams.reduce(0) { $0 + min($1.grammar.time, length) }) / 100
  }

  /// Seconds of music that all takes together will have.
  package var totalSeconds: Double { Double(length * streams.count) / 100 }

  /// Plays one event more of each take that is not complete.
  ///
  /// - Parameter heard: For some streams, an event that the take goes on by without it being drawn: a line's,
  ///   say. It need not be allowed.
  /// - Throws: `NetworkError`.
  package func step(hearing heard: [Int: UInt16] = [:]) throws {
    guard isConstrained || !heard.isEmpty else {
      let streams = streams
      let tokens = try sampler.step(
        temperature: Float(settings.temperature), topP: Float(settings.topP),
        active: streams.map(\.isGenerating)
      ) { stream, mask in streams[stream].allow(&mask) }
      for (stream, token) in zip(streams, tokens) { take(token, into: stream) }
      return
    }
    try stepMeasured(hearing: heard)
  }

  /// The same where constraints may leave nothing, and their mass counts.
  private func stepMeasured(hearing heard: [Int: UInt16]) throws {
    let streams = streams
    func turn(_ stream: Int) -> Sampler.Turn {
      guard streams[stream].isGenerating else { return .rest }
      return heard[stream].map { .hear($0) } ?? .draw
    }
    // A draw of which nothing is left would be an event that nobody allows. So what is left is looked at
    // before anything is drawn.
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
      take(result.token, into: streams[index])
    }
  }

  /// Takes an event into a take that is not complete.
  private func take(_ token: UInt16, into stream: Stream) {
    guard stream.isGenerating else { return }
    stream.tokens.append(token)
    stream.advance(token)
    // Far denser than anybody plays; a model that no longer lets time go on is cut off here.
    let mostEvents = length * 4
    stream.isGenerating = !stream.grammar.isComplete && stream.tokens.count < mostEvents
  }

  /// Lets each stream go on from where another one is: what it has heard and played, its constraints, and its
  /// random generator.
  ///
  /// - Parameter parents: For each stream, the one that it goes on from; itself for one that stays.
  package func select(_ parents: [Int]) {
    sampler.select(parents)
    streams = parents.enumerated().map { stream, parent in
      stream == parent ? streams[stream] : Stream(streams[parent])
    }
  }

  /// Gives a stream a random generator of its own, so that it parts ways with what it was copied from.
  package func reseed(_ stream: Int, seed: UInt64) { sampler.reseed(stream, seed: seed) }

  /// What each stream has played so far.
  package var takes: [GeneratedTake] {
    streams.map {
      GeneratedTake(
        tokens: $0.tokens, notes: Decoding.notes(of: $0.tokens, startingAtBin: $0.firstBin),
        logWeight: $0.logWeight, logMass: $0.logMass)
    }
  }
}

extension SampledNetwork {
  /// A network that plays, told what its form asks for.
  ///
  /// - Parameters:
  ///   - precision: What it is computed in; `nil` for what this processor does fastest.
  ///   - share: What its logits are multiplied by before they are added to the others'.
  package init(_ weights: Weights, precision: ComputePrecision?, share: Float = 1) {
    let form = weights.shape.form
    self.init(
      weights: weights,
      precision: precision.map { Precision($0) } ?? .bestToSample(weights.shape), share: share,
      context: { _ in form.context() })
  }
}
