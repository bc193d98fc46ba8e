import CSIMD
import Foundation

/// Draws sequences from a network, several side by side.
///
/// Each stream has a random generator of its own, so that what it draws depends on the seed and its
/// number and not on how many others there are, as far as matrix products of other sizes round
/// alike.
public final class Sampler {
  private let stack: LSTMStack
  private let lanes: [Stream]
  private var nothing = SeededGenerator(seed: 0)
  /// What tells the network of a stream before its first token, if it is told anything.
  private let silent: (any TokenContext)?
  private let vocabulary: Int

  /// What a stream needs for itself; used by one thread at a time.
  fileprivate final class Stream {
    var generator: SeededGenerator
    var mask: [Bool]
    var nucleus = Nucleus()
    /// What it has heard, if the network is told, and what that says.
    var context: (any TokenContext)?
    var row = ContextRows()
    /// What it heard last.
    var token: UInt16 = 0

    init(_ generator: SeededGenerator, _ context: (any TokenContext)?, vocabulary: Int) {
      self.generator = generator
      self.context = context
      mask = Array(repeating: true, count: vocabulary)
    }

    /// Goes on by a token.
    func hear(_ token: UInt16) {
      self.token = token
      guard context != nil else { return }
      context?.advance(token)
      row.removeAll()
      row.append(context, vocabulary: mask.count)
    }
  }

  /// How many streams there are.
  public var streams: Int { lanes.count }

  /// A sampler of `streams` streams, each from a silent start.
  ///
  /// - Parameter context: What tells it of each stream, if it is told anything: the same for each,
  ///   before its first token.
  /// - Throws: ``NetworkError``.
  public init(
    weights: Weights, context: (any TokenContext)? = nil, streams: Int, seed: UInt64,
    precision: Precision = .best
  ) throws {
    try weights.shape.check(context)
    let silent = weights.shape.isTold ? context : nil
    self.silent = silent
    precondition(streams >= 1, "there must be a stream, got \(streams)")
    let vocabulary = weights.shape.vocabulary
    self.vocabulary = vocabulary
    stack = try LSTMStack(
      shape: weights.shape, steps: 1, lanes: streams, training: false,
      parameters: FloatBuffer(weights.values), precision: precision)
    lanes = (0..<streams).map {
      Stream(SeededGenerator(seed: seed, stream: $0), silent, vocabulary: vocabulary)
    }
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
          lanes[lane].context = silent
        }
        if own >= 0 { inputs[lane] = sequence[own] }
      }
      if place > 0 { stack.carry() }
      // The states of those that have just begun were silent before, and carrying undid that.
      for (lane, sequence) in sequences.enumerated() where place == longest - sequence.count {
        stack.reset(lane: lane)
      }
      for (lane, input) in zip(lanes, inputs) { lane.hear(input) }
      try run()
    }
  }

  /// Runs the network over what all have heard.
  private func run() throws {
    try stack.runForward(
      lanes.map(\.token), context: silent == nil ? nil : ContextRows(joining: lanes.map(\.row)),
      dropout: 0,
      random: &nothing)
  }

  /// Draws the next token of each stream and lets the stream hear it.
  ///
  /// - Parameters:
  ///   - temperature: Divides the logits, above 0.
  ///   - topP: Only the likeliest tokens that together have this share are drawn from, above 0
  ///     and up to 1.
  ///   - active: Streams that still play; the others' tokens mean nothing.
  ///   - allow: Writes which tokens stream may come next; at least one must. Called by several threads
  ///     at once, each for other streams.
  /// - Throws: ``NetworkError``.
  public func step(
    temperature: Float, topP: Float, active: [Bool], allow: (Int, inout [Bool]) -> Void
  ) throws -> [UInt16] {
    precondition(active.count == streams)
    try stack.team.inParts(streams, isLong: false) { range in
      for stream in range {
        let lane = lanes[stream]
        var token: UInt16 = 0
        if active[stream] {
          allow(stream, &lane.mask)
          token = lane.draw(
            from: stack.logits.address(stream * vocabulary), temperature: temperature, topP: topP)
        }
        lane.hear(token)
      }
    }
    stack.carry()
    try run()
    return lanes.map(\.token)
  }
}

extension Sampler.Stream {
  /// One draw from the softmax of the logits over the allowed tokens.
  fileprivate func draw(from shares: FloatAddress, temperature: Float, topP: Float) -> UInt16 {
    var sum = takeShares(at: shares, temperature: temperature)
    if topP < 1 { sum = nucleus.cut(shares, count: mask.count, to: topP * sum, of: sum) }
    var left = Float.random(in: 0..<1, using: &generator) * sum
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
    let (width, count) = (VectorWidth.widest, mask.count)
    let highest = unsafe mask.withUnsafeBytes { mask in
      unsafe woodshed_allow(
        width, count, logits.pointer, mask.baseAddress?.assumingMemoryBound(to: UInt8.self))
    }
    unsafe woodshed_exponentials(width, count, logits.pointer, highest, 1 / temperature)
    return unsafe woodshed_sum(width, count, logits.pointer)
  }
}
