import CSIMD

/// Draws sequences from a network, or from several that draw together, several side by side.
///
/// Each stream has a random generator of its own, so that what it draws depends on the seed and its
/// number and not on how many others there are, as far as matrix products of other sizes round
/// alike.
///
/// At each step a stream draws its next token or is given one to hear; ``select(_:)`` makes copies of
/// streams that go on from the same place.
public final class Sampler {
  /// What a stream does at a step.
  public enum Turn: Hashable, Sendable {
    /// It draws a token and hears it.
    case draw
    /// It hears this token, and its generator stays where it is.
    case hear(UInt16)
    /// It plays no more: what comes of it means nothing until it is primed or goes on from another.
    case rest
  }

  /// What came of a stream's turn.
  public struct Heard: Hashable, Sendable {
    /// The token that it drew or was given; 0 where nothing could be drawn and after a rest.
    public var token: UInt16
    /// ln of the share of the probability that the mask left, at the temperature, before any bias and
    /// top-p: 0 with nothing masked, −infinity with everything; 0 where it was not measured.
    ///
    /// It is −infinity, measured or not, where a stream was to draw and could not, since nothing was
    /// allowed or the bias ruled out all that was.
    public var logMass: Float
    /// ln of the token's probability by the networks at the temperature, with nothing masked, before
    /// any bias and top-p; 0 where it was not measured.
    public var logProbability: Float
  }

  /// A network that runs.
  struct Voice {
    let stack: LSTMStack
    let share: Float
    /// Makes what tells it of a stream.
    let context: (_ stream: Int) -> (any TokenContext)?
  }

  let voices: [Voice]
  let lanes: [SampledStream]
  let vocabulary: Int
  /// What is drawn from, `[N, V]`; as long as a step lasts, shares of probability may be in its place.
  let logits: FloatBuffer
  /// Whether ``logits`` are a sum of several networks', rather than those of one where they lie.
  let isMixed: Bool
  private let team: Team
  private var nothing = SeededGenerator(seed: 0)

  /// How many streams there are.
  public var streams: Int { lanes.count }

  /// A sampler of `streams` streams, each from a silent start, that draw from the sum of the networks'
  /// logits, each multiplied by its share.
  ///
  /// - Parameter networks: At least one.
  /// - Throws: ``NetworkError``: ``NetworkError/vocabularies(_:_:)`` when they have not as many tokens,
  ///   ``NetworkError/context(needed:given:)`` when one is told what it does not fit.
  public init(_ networks: [SampledNetwork], streams: Int, seed: UInt64) throws {
    precondition(!networks.isEmpty, "there must be a network")
    precondition(streams >= 1, "there must be a stream, got \(streams)")
    let vocabulary = networks[0].weights.shape.vocabulary
    for other in networks.map(\.weights.shape.vocabulary) where other != vocabulary {
      throw NetworkError.vocabularies(vocabulary, other)
    }
    self.vocabulary = vocabulary
    // [networks][streams]
    let contexts = try networks.map { try $0.weights.shape.contexts(of: streams, $0.context) }
    lanes = (0..<streams).map { stream in
      SampledStream(
        SeededGenerator(seed: seed, stream: stream), contexts.map { $0[stream] },
        vocabulary: vocabulary)
    }
    var voices: [Voice] = []
    func team() -> Team? { voices.map(\.stack.team).max { $0.threads < $1.threads } }
    for network in networks {
      let stack = try LSTMStack(
        shape: network.weights.shape, steps: 1, lanes: streams, training: false,
        parameters: FloatBuffer(network.weights.values), precision: network.precision, on: team())
      voices.append(Voice(stack: stack, share: network.share, context: network.context))
    }
    self.voices = voices
    self.team = team() ?? Team(threads: 1)
    let speaking = voices.filter { $0.share != 0 }
    isMixed = speaking.count != 1 || speaking[0].share != 1
    logits = isMixed ? FloatBuffer(count: streams * vocabulary) : speaking[0].stack.logits
  }

  /// A sampler of one network.
  ///
  /// - Parameter context: What tells it of each stream, if it is told anything: the same for each,
  ///   before its first token.
  /// - Throws: ``NetworkError``.
  public convenience init(
    weights: Weights, context: (any TokenContext)? = nil, streams: Int, seed: UInt64,
    precision: Precision = .best
  ) throws {
    try self.init(
      [SampledNetwork(weights: weights, precision: precision) { _ in context }], streams: streams,
      seed: seed)
  }

  // MARK: - PerformanceContext

  /// Lets each stream hear its own sequence from a silent start, of any length above 0; afterwards a
  /// step draws what comes next. Generators go on from where they are.
  ///
  /// - Throws: ``NetworkError``; ``NetworkError/badToken(token:vocabulary:)`` and
  ///   ``NetworkError/context(needed:given:)`` before anything is heard.
  public func prime(_ sequences: [[UInt16]]) throws {
    precondition(sequences.count == streams, "\(sequences.count) primers for \(streams) streams")
    try check(sequences.joined())
    let contexts = try voices.map { try $0.stack.shape.contexts(of: streams, $0.context) }
    let longest = sequences.map(\.count).max() ?? 0
    // Shorter ones begin later, so that all end together.
    for place in 0..<longest {
      if place > 0 { carry() }
      for (stream, sequence) in sequences.enumerated() {
        let own = place - (longest - sequence.count)
        if own == 0 {
          for voice in voices { voice.stack.reset(lane: stream) }
          lanes[stream].contexts = contexts.map { $0[stream] }
        }
        if own >= 0 {
          lanes[stream].hear(sequence[own])
        } else {
          lanes[stream].rest()
        }
      }
      try run()
    }
  }

  /// - Throws: ``NetworkError/badToken(token:vocabulary:)``.
  private func check(_ tokens: some Sequence<UInt16>) throws {
    if let bad = tokens.first(where: { Int($0) >= vocabulary }) {
      throw NetworkError.badToken(token: bad, vocabulary: vocabulary)
    }
  }

  private func carry() {
    for voice in voices { voice.stack.carry() }
  }

  /// Runs the networks over what all have heard.
  private func run() throws {
    let tokens = lanes.map(\.token)
    for (index, voice) in voices.enumerated() {
      let rows =
        voice.stack.shape.isTold ? ContextRows(joining: lanes.map { $0.rows[index] }) : nil
      try voice.stack.runForward(tokens, context: rows, dropout: 0, random: &nothing)
    }
    guard isMixed else { return }
    try team.inParts(streams, isLong: false) { streams in
      let range = streams.lowerBound * vocabulary..<streams.upperBound * vocabulary
      logits.zero(from: range.lowerBound, count: range.count)
      for voice in voices where voice.share != 0 {
        logits.add(voice.stack.logits, times: voice.share, in: range)
      }
    }
  }

  // MARK: - Steps

  /// Draws the next token of each stream and lets the stream hear it.
  ///
  /// - Parameters:
  ///   - temperature: Divides the logits, above 0.
  ///   - topP: Only the likeliest tokens that together have this share are drawn from, above 0
  ///     and up to 1.
  ///   - active: Streams that still play; the others' tokens mean nothing.
  ///   - allow: Writes which tokens stream may come next, `[V]`, all of which may before; at least one
  ///     must. Called by several threads at once, each for other streams.
  /// - Throws: ``NetworkError``.
  public func step(
    temperature: Float, topP: Float, active: [Bool], allow: (Int, inout [Bool]) -> Void
  ) throws -> [UInt16] {
    try turn(
      active.map { $0 ? .draw : .rest },
      SampledStream.Rules(temperature: temperature, topP: topP, measures: false, bias: nil), allow)
    return lanes.map(\.token)
  }

  /// Lets each stream take a turn: draw, hear or rest.
  ///
  /// - Parameters:
  ///   - turns: One for each stream.
  ///   - temperature: Divides the logits, above 0.
  ///   - topP: Only the likeliest tokens that together have this share are drawn from, above 0
  ///     and up to 1.
  ///   - measures: Whether to tell the mass that the mask leaves, and the token's probability.
  ///   - allow: Writes which tokens stream may come next, `[V]`, all of which may before. With nothing
  ///     allowed a stream hears token 0, its generator stays where it is, and its
  ///     ``Heard/logMass`` is −infinity. Called for streams that draw, and with `measures` for those
  ///     that hear, whose token need not be allowed; by several threads at once, each for other
  ///     streams.
  ///   - bias: Changes the logits of a stream that draws, `[V]`, after `allow` and before they are
  ///     divided by the temperature; −infinity rules a token out, and no other number that is not
  ///     finite may be written. Called as `allow` is.
  /// - Throws: ``NetworkError``; ``NetworkError/badToken(token:vocabulary:)`` before any stream has
  ///   taken its turn.
  public func step(
    _ turns: [Turn], temperature: Float, topP: Float, measures: Bool,
    allow: (Int, inout [Bool]) -> Void, bias: ((Int, inout [Float]) -> Void)? = nil
  ) throws -> [Heard] {
    try check(
      turns.lazy.compactMap { turn in
        if case .hear(let token) = turn { token } else { nil }
      })
    try turn(
      turns,
      SampledStream.Rules(temperature: temperature, topP: topP, measures: measures, bias: bias),
      allow)
    return lanes.map(\.heard)
  }

  private func turn(
    _ turns: [Turn], _ rules: SampledStream.Rules, _ allow: (Int, inout [Bool]) -> Void
  ) throws {
    precondition(turns.count == streams, "\(turns.count) turns for \(streams) streams")
    try team.inParts(streams, isLong: false) { range in
      for stream in range {
        lanes[stream].take(
          turns[stream], stream, from: logits.address(stream * vocabulary), rules, allow)
      }
    }
    carry()
    try run()
  }
}
