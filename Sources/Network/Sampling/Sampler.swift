import CSIMD

/// Samples several sequences side by side from a network, or from the weighted sum of
/// several networks' logits.
///
/// Each stream has a random generator of its own, so that its tokens depend on the seed and the stream's
/// number but not on the number of streams, as far as matrix products of different sizes round alike.
///
/// At each step a stream draws its next token or is given one; ``select(_:)`` copies streams.
public final class Sampler {
  /// What a stream does at a step.
  public enum Turn: Hashable, Sendable {
    /// It draws a token and reads it as its next input.
    case draw
    /// It reads this token without drawing; its generator is unchanged.
    case read(UInt16)
    /// It is inactive: its results mean nothing until it is primed or copied from another stream.
    case rest
  }

  /// The result of a stream's turn.
  public struct Step: Hashable, Sendable {
    /// The token that it drew or was given; 0 where nothing could be drawn and after a rest.
    public var token: UInt16
    /// ln of the probability mass of the allowed tokens at the temperature, before bias and top-p: 0 when all
    /// are allowed, −infinity when none is; 0 if it was not measured.
    ///
    /// It is −infinity, measured or not, when a stream could not draw because no token was allowed or the
    /// bias ruled out all that were.
    public var logMass: Float
    /// The same after bias: ln of the sum of the allowed tokens' probabilities, each times the exponential of
    /// its bias over the temperature. It is ``logMass`` where there is no bias.
    public var logBiasedMass: Float = 0
    /// ln of the token's probability at the temperature, before mask, bias and top-p;
    /// 0 if it was not measured.
    public var logProbability: Float
  }

  /// A running network.
  struct RunningNetwork {
    let stack: LSTMStack
    let share: Float
    /// Makes its context for a stream.
    let context: (_ stream: Int) -> (any TokenContext)?
  }

  let networks: [RunningNetwork]
  let lanes: [SampledStream]
  let vocabulary: Int
  /// The logits to draw from, `[N, V]`; during a step they may be overwritten with shares of probability.
  let logits: FloatBuffer
  /// Whether ``logits`` is a buffer of its own for a weighted sum, rather than one network's output buffer.
  let isMixed: Bool
  private let team: ThreadPool
  private var unusedRandom = SeededGenerator(seed: 0)

  /// How many streams there are.
  public var streams: Int { lanes.count }

  /// A sampler of `streams` streams in the initial state, which draw from the sum of the networks' logits,
  /// each times its share.
  ///
  /// - Parameter networks: At least one.
  /// - Throws: ``NetworkError``: ``NetworkError/vocabularies(_:_:)`` when the vocabularies differ in size,
  ///   ``NetworkError/context(needed:given:)`` when a context does not fit its network.
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
    var running: [RunningNetwork] = []
    func team() -> ThreadPool? { running.map(\.stack.team).max { $0.threads < $1.threads } }
    for network in networks {
      let stack = try LSTMStack(
        shape: network.weights.shape, steps: 1, lanes: streams, training: false,
        parameters: FloatBuffer(network.weights.values), precision: network.precision, on: team())
      running.append(RunningNetwork(stack: stack, share: network.share, context: network.context))
    }
    self.networks = running
    self.team = team() ?? ThreadPool(threads: 1)
    let contributing = running.filter { $0.share != 0 }
    isMixed = contributing.count != 1 || contributing[0].share != 1
    logits = isMixed ? FloatBuffer(count: streams * vocabulary) : contributing[0].stack.logits
  }

  /// A sampler of one network.
  ///
  /// - Parameter context: The initial context of each stream; `nil` for a network without context input.
  /// - Throws: ``NetworkError``.
  public convenience init(
    weights: Weights, context: (any TokenContext)? = nil, streams: Int, seed: UInt64,
    precision: Precision = .best
  ) throws {
    try self.init(
      [SampledNetwork(weights: weights, precision: precision) { _ in context }], streams: streams,
      seed: seed)
  }

  // MARK: - Priming

  /// Runs each stream over a sequence of its own from the initial state, of any length above 0; the next step
  /// then draws what follows. Generators are unchanged.
  ///
  /// - Throws: ``NetworkError``; ``NetworkError/badToken(token:vocabulary:)`` and
  ///   ``NetworkError/context(needed:given:)`` before any stream has changed.
  public func prime(_ sequences: [[UInt16]]) throws {
    precondition(sequences.count == streams, "\(sequences.count) primers for \(streams) streams")
    try check(sequences.joined())
    let contexts = try networks.map { try $0.stack.shape.contexts(of: streams, $0.context) }
    let longest = sequences.map(\.count).max() ?? 0
    // Shorter sequences begin later, so that all end together.
    for place in 0..<longest {
      if place > 0 { carry() }
      for (stream, sequence) in sequences.enumerated() {
        let own = place - (longest - sequence.count)
        if own == 0 {
          for network in networks { network.stack.reset(lane: stream) }
          lanes[stream].contexts = contexts.map { $0[stream] }
        }
        if own >= 0 {
          lanes[stream].read(sequence[own])
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
    for network in networks { network.stack.carry() }
  }

  /// Runs the networks over each stream's last token.
  private func run() throws {
    let tokens = lanes.map(\.token)
    for (index, network) in networks.enumerated() {
      let rows =
        network.stack.shape.hasContext ? ContextRows(joining: lanes.map { $0.rows[index] }) : nil
      try network.stack.runForward(tokens, context: rows, dropout: 0, random: &unusedRandom)
    }
    guard isMixed else { return }
    try team.inParts(streams, isLong: false) { streams in
      let range = streams.lowerBound * vocabulary..<streams.upperBound * vocabulary
      logits.zero(from: range.lowerBound, count: range.count)
      for network in networks where network.share != 0 {
        logits.add(network.stack.logits, times: network.share, in: range)
      }
    }
  }

  // MARK: - Steps

  /// Draws the next token of each stream, which becomes the stream's next input.
  ///
  /// - Parameters:
  ///   - temperature: Divides the logits, above 0.
  ///   - topP: Only the likeliest tokens that together have this probability are drawn from, above 0
  ///     and up to 1.
  ///   - active: Which streams draw; the others' tokens mean nothing.
  ///   - allow: Gets a stream's number and its mask `[V]`, all true, and sets what may not come next to
  ///     false; at least one token must remain. Called by several threads at once for different streams.
  /// - Throws: ``NetworkError``.
  public func step(
    temperature: Float, topP: Float, active: [Bool], allow: (Int, inout [Bool]) -> Void
  ) throws -> [UInt16] {
    try turn(
      active.map { $0 ? .draw : .rest },
      SampledStream.Rules(temperature: temperature, topP: topP, measures: false, bias: nil), allow)
    return lanes.map(\.token)
  }

  /// Lets each stream take a turn: draw a token, read a given one, or rest.
  ///
  /// - Parameters:
  ///   - turns: One for each stream.
  ///   - temperature: Divides the logits, above 0.
  ///   - topP: Only the likeliest tokens that together have this probability are drawn from, above 0
  ///     and up to 1.
  ///   - measures: Whether to measure the mass of the allowed tokens and the token's probability.
  ///   - allow: Gets a stream's number and its mask `[V]`, all true, and sets what may not come next to
  ///     false. If no token remains, the stream reads token 0, its generator is unchanged, and its
  ///     ``Step/logMass`` is −infinity. Called for streams that draw, and with `measures` for those that
  ///     are given a token, which need not be allowed; by several threads at once for different streams.
  ///   - bias: Gets the number and the logits `[V]` of a stream that draws, and may change them; after
  ///     `allow` and before the division by the temperature. −infinity rules a token out; NaN and +infinity
  ///     may not be written. Called by several threads like `allow`.
  /// - Throws: ``NetworkError``; ``NetworkError/badToken(token:vocabulary:)`` before any stream has
  ///   changed.
  public func step(
    _ turns: [Turn], temperature: Float, topP: Float, measures: Bool,
    allow: (Int, inout [Bool]) -> Void, bias: ((Int, inout [Float]) -> Void)? = nil
  ) throws -> [Step] {
    try check(
      turns.lazy.compactMap { turn in
        if case .read(let token) = turn { token } else { nil }
      })
    try turn(
      turns,
      SampledStream.Rules(temperature: temperature, topP: topP, measures: measures, bias: bias),
      allow)
    return lanes.map(\.last)
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
