import CSIMD
import Foundation

/// Draws sequences from a network, several side by side.
///
/// Each stream has a random generator of its own, so that what it draws depends on the seed and its
/// number and not on how many others there are, as far as matrix products of other sizes round
/// alike.
public final class Sampler {
  private let stack: LSTMStack
  private var generators: [SeededGenerator]
  private var mask: [Bool]
  private var nucleus = Nucleus()
  private var nothing = SeededGenerator(seed: 0)
  /// What each stream has heard, if the network is told.
  private var contexts: [(any TokenContext)?]
  private let kind: (any TokenContext.Type)?

  /// How many streams there are.
  public let streams: Int

  /// A sampler of `streams` streams, each from a silent start.
  ///
  /// - Parameter context: What tells the network besides, if its shape has such a thing.
  /// - Throws: ``NetworkError``.
  public init(
    weights: Weights, context: (any TokenContext.Type)? = nil, streams: Int, seed: UInt64,
    precision: Precision = .best
  ) throws {
    try weights.shape.check(context)
    kind = context
    contexts = (0..<streams).map { _ in context?.init() }
    precondition(streams >= 1, "there must be a stream, got \(streams)")
    self.streams = streams
    stack = try LSTMStack(
      shape: weights.shape, steps: 1, lanes: streams, training: false,
      parameters: FloatBuffer(weights.values), precision: precision)
    generators = (0..<streams).map { SeededGenerator(seed: seed, stream: $0) }
    mask = Array(repeating: true, count: weights.shape.vocabulary)
  }

  /// Lets each stream hear its own sequence, of any length above 0; afterwards ``step`` draws what
  /// comes next.
  ///
  /// - Throws: ``NetworkError``.
  public func prime(_ sequences: [[UInt16]]) throws {
    precondition(sequences.count == streams, "\(sequences.count) primers for \(streams) streams")
    let longest = sequences.map(\.count).max() ?? 0
    // Shorter ones begin later, so that all end together.
    for place in 0..<longest {
      var inputs = Array(repeating: UInt16(0), count: streams)
      for (lane, sequence) in sequences.enumerated() {
        let own = place - (longest - sequence.count)
        if own == 0 {
          stack.reset(lane: lane)
          contexts[lane] = kind?.init()
        }
        if own >= 0 { inputs[lane] = sequence[own] }
      }
      if place > 0 { stack.carry() }
      // The states of those that have just begun were silent before, and carrying undid that.
      for (lane, sequence) in sequences.enumerated() where place == longest - sequence.count {
        stack.reset(lane: lane)
      }
      try hear(inputs)
    }
  }

  private func hear(_ tokens: [UInt16]) throws {
    var rows = ContextRows(rows: streams, vocabulary: mask.count)
    for stream in contexts.indices {
      contexts[stream]?.advance(tokens[stream])
      rows.append(contexts[stream], vocabulary: mask.count)
    }
    try stack.runForward(
      tokens, context: kind == nil ? nil : rows, dropout: 0, random: &nothing)
  }

  /// Draws the next token of each stream and lets the stream hear it.
  ///
  /// - Parameters:
  ///   - temperature: Divides the logits, above 0.
  ///   - topP: Only the likeliest tokens that together have this share are drawn from, above 0
  ///     and up to 1.
  ///   - active: Streams that still play; the others' tokens mean nothing.
  ///   - allow: Writes which tokens stream may come next; at least one must.
  /// - Throws: ``NetworkError``.
  public func step(
    temperature: Float, topP: Float, active: [Bool], allow: (Int, inout [Bool]) -> Void
  ) throws -> [UInt16] {
    precondition(active.count == streams)
    var tokens = Array(repeating: UInt16(0), count: streams)
    for stream in 0..<streams where active[stream] {
      allow(stream, &mask)
      tokens[stream] = draw(stream, temperature: temperature, topP: topP)
    }
    stack.carry()
    try hear(tokens)
    return tokens
  }

  /// One draw from the softmax of a stream's logits over the allowed tokens.
  private func draw(_ stream: Int, temperature: Float, topP: Float) -> UInt16 {
    let shares = stack.logits.address(stream * mask.count)
    var sum = takeShares(at: shares, temperature: temperature)
    if topP < 1 { sum = nucleus.cut(shares, count: mask.count, to: topP * sum, of: sum) }
    var left = Float.random(in: 0..<1, using: &generators[stream]) * sum
    var last = 0
    for token in mask.indices where unsafe shares.pointer[token] > 0 {
      last = token
      unsafe left -= shares.pointer[token]
      if left < 0 { break }
    }
    return UInt16(last)
  }

  /// Puts what each token's probability is a share of in place of its logit, 0 for those that are not
  /// allowed; gives back the sum.
  private func takeShares(at logits: FloatAddress, temperature: Float) -> Float {
    var highest = -Float.infinity
    for token in mask.indices where mask[token] {
      unsafe highest = max(highest, logits.pointer[token])
    }
    unsafe woodshed_exponentials(
      VectorWidth.widest, mask.count, logits.pointer, highest, 1 / temperature)
    var sum: Float = 0
    for token in mask.indices {
      if !mask[token] { unsafe logits.pointer[token] = 0 }
      unsafe sum += logits.pointer[token]
    }
    return sum
  }
}
