import CSIMD
import Foundation

/// The state of one stream of a ``Sampler``; used by one thread at a time.
final class SampledStream {
  /// What a copy of the stream needs besides the networks' states and logits.
  struct Memory {
    fileprivate var generator: SeededGenerator
    fileprivate var token: UInt16
    fileprivate var contexts: [(any TokenContext)?]
  }

  /// How a token is drawn, apart from the mask.
  struct Rules {
    var temperature: Float
    var topP: Float
    var measures: Bool
    var bias: ((Int, inout [Float]) -> Void)?
  }

  var generator: SeededGenerator
  /// The last token.
  private(set) var token: UInt16 = 0
  /// Each network's context; `nil` for one without context input.
  var contexts: [(any TokenContext)?]
  /// Each network's context input after the last token, one row each.
  private(set) var rows: [ContextRows]
  /// The result of the last turn.
  private(set) var last = Sampler.Step(token: 0, logMass: 0, logProbability: 0)
  private var mask: [Bool]
  private var nucleus = Nucleus()
  /// Scratch `[V]` each: the unmasked logits, shares that are only summed, and biased logits.
  private let plain: FloatBuffer
  private let shares: FloatBuffer
  private var biased: [Float] = []

  init(_ generator: SeededGenerator, _ contexts: [(any TokenContext)?], vocabulary: Int) {
    self.generator = generator
    self.contexts = contexts
    mask = Array(repeating: true, count: vocabulary)
    plain = FloatBuffer(count: vocabulary)
    shares = FloatBuffer(count: vocabulary)
    var silent = ContextRows()
    silent.append(nil, vocabulary: vocabulary)
    rows = contexts.map { _ in silent }
  }

  var memory: Memory {
    get { Memory(generator: generator, token: token, contexts: contexts) }
    set { (generator, token, contexts) = (newValue.generator, newValue.token, newValue.contexts) }
  }

  /// Takes a token as the next input, and advances the contexts.
  func read(_ token: UInt16) {
    self.token = token
    for index in contexts.indices where contexts[index] != nil {
      contexts[index]?.advance(token)
      rows[index].removeAll()
      rows[index].append(contexts[index], vocabulary: mask.count)
    }
  }

  /// Takes token 0 as a dummy input without advancing the contexts.
  func rest() {
    token = 0
  }

  // MARK: - Turns

  /// Takes a turn; `logits` `[V]` may be overwritten with shares of probability.
  func take(
    _ turn: Sampler.Turn, _ stream: Int, from logits: FloatAddress, _ rules: Rules,
    _ allow: (Int, inout [Bool]) -> Void
  ) {
    last = Sampler.Step(token: 0, logMass: 0, logProbability: 0)
    switch turn {
    case .rest: return rest()
    case .read(let token):
      last.token = token
      if rules.measures { judge(token, stream, by: logits, rules, allow) }
    case .draw: draw(stream, from: logits, rules, allow)
    }
    read(last.token)
  }

  /// Measures the mass and the probability of a token that is given rather than drawn.
  private func judge(
    _ token: UInt16, _ stream: Int, by logits: FloatAddress, _ rules: Rules,
    _ allow: (Int, inout [Bool]) -> Void
  ) {
    allowAll()
    let whole = sum(of: logits, rules)
    ask(allow, stream)
    last.logMass = sum(of: logits, rules).logShare(of: whole)
    last.logBiasedMass = last.logMass
    last.logProbability = unsafe whole.logProbability(of: logits.pointer[Int(token)])
  }

  private func draw(
    _ stream: Int, from logits: FloatAddress, _ rules: Rules,
    _ allow: (Int, inout [Bool]) -> Void
  ) {
    allowAll()
    let whole = rules.measures ? sum(of: logits, rules) : nil
    ask(allow, stream)
    var left: LogSum?
    if rules.measures {
      plain.copy(plain.count, from: logits)
      if rules.bias != nil { left = sum(of: logits, rules) }
    }
    if let bias = rules.bias { change(logits, by: bias, stream) }
    let drawn = LogSum(
      takingSharesAt: logits, allowing: mask, temperature: rules.temperature)
    if !drawn.isOfNothing { last.token = draw(from: logits, drawn.sum, topP: rules.topP) }
    if let whole {
      last.logMass = (left ?? drawn).logShare(of: whole)
      last.logBiasedMass = drawn.logShare(of: whole)
      last.logProbability = whole.logProbability(of: plain[Int(last.token)])
    }
    if drawn.isOfNothing { (last.logMass, last.logBiasedMass) = (-.infinity, -.infinity) }
  }

  /// Draws a token from unnormalised probabilities that add up to `sum`.
  private func draw(from shares: FloatAddress, _ sum: Float, topP: Float) -> UInt16 {
    var sum = sum
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

  private func allowAll() {
    unsafe mask.withUnsafeMutableBufferPointer { unsafe $0.update(repeating: true) }
  }

  private func ask(_ allow: (Int, inout [Bool]) -> Void, _ stream: Int) {
    allow(stream, &mask)
    precondition(mask.count == plain.count, "a mask of \(mask.count) for \(plain.count) tokens")
  }

  private func change(
    _ logits: FloatAddress, by bias: (Int, inout [Float]) -> Void, _ stream: Int
  ) {
    biased.removeAll(keepingCapacity: true)
    unsafe biased.append(
      contentsOf: UnsafeBufferPointer(start: logits.pointer, count: plain.count))
    bias(stream, &biased)
    precondition(biased.count == plain.count, "\(biased.count) logits for \(plain.count) tokens")
    unsafe biased.withUnsafeBufferPointer { biased in
      guard let base = biased.baseAddress else { return }
      unsafe logits.pointer.update(from: base, count: biased.count)
    }
  }

  /// The log-sum-exp over what the mask allows, leaving `logits` unchanged.
  private func sum(of logits: FloatAddress, _ rules: Rules) -> LogSum {
    shares.copy(shares.count, from: logits)
    return LogSum(
      takingSharesAt: shares.address(), allowing: mask, temperature: rules.temperature)
  }
}
