import COneDNN
import Dispatch
import Foundation
import Synchronization

/// The network over a chunk: `T` steps of `N` lanes, state carried from chunk to chunk.
///
/// ```
/// tokens [T, N] → embedding [T, N, E] → L LSTM layers [T, N, H] → linear → logits [T, N, V]
/// ```
///
/// Dropout stands between the layers and before the linear layer.
///
/// The lanes are dealt out to as many shards as there are processors, each with layers of its own
/// that run on one thread. Two threads within one layer would have to wait for each other at every
/// step, and beside another busy program they wait for it each time.
@safe
final class LSTMStack {
  let shape: NetworkShape
  let steps: Int
  let lanes: Int
  let parameters: FloatBuffer
  /// Gradients of `parameters`; empty when only run forward.
  let gradients: FloatBuffer
  /// `[T, N, V]`; with gradient weights ``CrossEntropy`` leaves the logits' gradients here.
  let logits: FloatBuffer

  /// Some of the lanes, and the layers that they run through.
  private final class Shard: @unchecked Sendable {
    let engine: Engine
    let lanes: Range<Int>
    let layers: [LSTMLayer]
    /// Gradients of the layers' weights; the stack's own for the first shard.
    let gradients: FloatBuffer
    /// 0 or 1/(1 − p) for each output of each layer, `[T, n, H]`.
    let masks: [FloatBuffer]
    /// Draws what dropout leaves out.
    var random = SeededGenerator(seed: 0)
    /// This shard's part of the rows of the linear layer, and the product with them: `[r, H]` →
    /// `[r, V]`, and back.
    let rows: Range<Int>
    let toLogits: PackedProduct
    let fromLogits: PackedProduct?

    init(
      shape: NetworkShape, steps: Int, lanes: Range<Int>, training: Bool,
      parameters: FloatBuffer, gradients: FloatBuffer, precision: Precision, sharing other: Shard?
    ) throws {
      let engine = try Engine()
      self.engine = engine
      self.lanes = lanes
      self.gradients = gradients
      rows = (steps * lanes.lowerBound)..<(steps * lanes.upperBound)
      let head = (shape.offsets["head.weight"] ?? 0..<0).lowerBound
      let (count, hidden, vocabulary) = (rows.count, shape.hidden, shape.vocabulary)
      toLogits = try PackedProduct(
        rows: count, inputs: hidden, outputs: vocabulary, weights: parameters, from: head,
        transposed: true, sharing: other?.toLogits, on: engine)
      fromLogits =
        training
        ? try PackedProduct(
          rows: count, inputs: vocabulary, outputs: hidden, weights: parameters, from: head,
          transposed: false, sharing: other?.fromLogits, on: engine) : nil
      masks = (0..<(training ? shape.layers : 0)).map { _ in
        FloatBuffer(count: steps * lanes.count * shape.hidden)
      }
      layers = try (0..<shape.layers).map { layer in
        try LSTMLayer(
          engine: engine, steps: steps, lanes: lanes.count,
          inputSize: layer == 0 ? shape.embedding : shape.hidden, hidden: shape.hidden,
          weights: LSTMWeights(
            ofLayer: layer, shape, parameters: parameters,
            gradients: training ? gradients : nil),
          precision: precision, sharing: other?.layers[layer])
      }
    }
  }

  private let shards: [Shard]
  private let offsets: [String: Range<Int>]
  /// What the linear layer reads, `[T, N, H]`: the last output after dropout.
  private let top: FloatBuffer
  /// Its gradient, `[T, N, H]`; empty when only run forward.
  private let dTop: FloatBuffer
  private var tokens: [UInt16] = []
  private var dropout: Float = 0

  init(
    shape: NetworkShape, steps: Int, lanes: Int, training: Bool, parameters: FloatBuffer,
    precision: Precision
  ) throws {
    try precision.check()
    self.shape = shape
    self.steps = steps
    self.lanes = lanes
    self.parameters = parameters
    let gradients = FloatBuffer(count: training ? shape.parameterCount : 0)
    self.gradients = gradients
    logits = FloatBuffer(count: steps * lanes * shape.vocabulary)
    top = FloatBuffer(count: steps * lanes * shape.hidden)
    dTop = FloatBuffer(count: training ? steps * lanes * shape.hidden : 0)
    offsets = shape.offsets
    // Few rows are no faster on two processors: it is the way of the weights from memory that takes
    // the time, and each processor reads them all.
    let most = steps == 1 ? max(1, lanes / 8) : lanes
    let count = min(ProcessInfo.processInfo.activeProcessorCount, most)
    shards = try (0..<count).reduce(into: []) { shards, index in
      shards.append(
        try Shard(
          shape: shape, steps: steps,
          lanes: (lanes * index / count)..<(lanes * (index + 1) / count), training: training,
          parameters: parameters,
          gradients: index == 0 || !training
            ? gradients : FloatBuffer(count: shape.parameterCount),
          precision: precision, sharing: shards.first))
    }
    try refresh()
  }

  /// The state of all lanes, hidden before cell: `[2, L, N, H]`.
  var state: FloatBuffer {
    get {
      FloatBuffer(
        [\LSTMLayer.state, \.cell].flatMap { part in
          (0..<shape.layers).flatMap { layer in
            shards.flatMap { $0.layers[layer][keyPath: part].values }
          }
        })
    }
    set {
      let values = newValue.values
      var next = 0
      for part in [\LSTMLayer.state, \.cell] {
        for layer in 0..<shape.layers {
          for shard in shards {
            let end = next + shard.lanes.count * shape.hidden
            shard.layers[layer][keyPath: part].copy(from: FloatBuffer(Array(values[next..<end])))
            next = end
          }
        }
      }
    }
  }

  /// Runs `work` for each shard on a thread of its own.
  private func forEachShard(_ work: @Sendable (Shard) throws -> Void) throws {
    let shards = shards
    guard shards.count > 1 else { return try shards.forEach(work) }
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: shards.count) { index in
      do {
        Engine.useOneThread()
        try work(shards[index])
      } catch {
        failure.withLock { $0 = error }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  /// Takes over weights that have changed.
  func refresh() throws {
    try forEachShard { shard in
      for layer in shard.layers { try layer.refresh() }
      try shard.toLogits.refresh()
      try shard.fromLogits?.refresh()
    }
  }

  /// `tokens` `[T, N]` → ``logits``; state goes on from the chunk before.
  ///
  /// - Parameters:
  ///   - dropout: The share of outputs that is left out, 0 ≤ p < 1.
  ///   - random: Draws which.
  func runForward(_ tokens: [UInt16], dropout: Float, random: inout SeededGenerator) throws {
    precondition(tokens.count == steps * lanes)
    if let bad = tokens.first(where: { Int($0) >= shape.vocabulary }) {
      throw NetworkError.badToken(token: bad, vocabulary: shape.vocabulary)
    }
    self.tokens = tokens
    self.dropout = dropout
    if dropout > 0 {
      for shard in shards { shard.random = SeededGenerator(seed: random.next()) }
    }
    let (steps, lanes, hidden, top) = (steps, lanes, shape.hidden, top.address())
    let (table, width) = (parameters.address(range("embedding.weight").lowerBound), shape.embedding)
    try forEachShard { shard in
      Self.embed(tokens, table, width: width, steps: steps, lanes: lanes, into: shard)
      for (index, layer) in shard.layers.enumerated() {
        try layer.runForward()
        if dropout > 0 {
          Self.draw(shard.masks[index], dropout: dropout, using: &shard.random)
        }
        guard index + 1 < shard.layers.count else { continue }
        let next = shard.layers[index + 1].input
        if dropout > 0 {
          next.product(of: layer.output, shard.masks[index])
        } else {
          next.copy(from: layer.output)
        }
      }
      // The linear layer reads all lanes together.
      guard let last = shard.layers.last?.output else { return }
      let width = shard.lanes.count * hidden
      for step in 0..<steps {
        let target = unsafe top.pointer + (step * lanes + shard.lanes.lowerBound) * hidden
        let source = unsafe last.pointer + step * width
        if dropout > 0, let mask = shard.masks.last {
          for index in 0..<width {
            unsafe target[index] = source[index] * mask.pointer[step * width + index]
          }
        } else {
          unsafe target.update(from: source, count: width)
        }
      }
    }
    try linear()
  }

  /// Gradients of everything, from those of ``logits``.
  func runBackward() throws {
    try linearBackward()
    let (steps, lanes, hidden, dTop) = (steps, lanes, shape.hidden, dTop.address())
    let dropout = dropout
    try forEachShard { shard in
      guard let last = shard.layers.last else { return }
      for step in 0..<steps {
        unsafe (last.dOutput.pointer + step * shard.lanes.count * hidden).update(
          from: dTop.pointer + (step * lanes + shard.lanes.lowerBound) * hidden,
          count: shard.lanes.count * hidden)
      }
      for (index, layer) in shard.layers.enumerated().reversed() {
        if dropout > 0 { layer.dOutput.product(of: layer.dOutput, shard.masks[index]) }
        try layer.runBackward()
        if index > 0 { shard.layers[index - 1].dOutput.copy(from: layer.dInput) }
      }
    }
    sumGradients()
    embedBackward()
  }

  /// Adds the other shards' gradients to the first's, always in the same order.
  private func sumGradients() {
    guard let first = offsets["lstm.weight_ih_l0"]?.lowerBound,
      let end = offsets["head.weight"]?.lowerBound
    else { return }
    let target = gradients.address(first)
    for shard in shards.dropFirst() {
      let source = shard.gradients.address(first)
      inParts(end - first) { part in
        for index in part { unsafe target.pointer[index] += source.pointer[index] }
      }
    }
  }

  /// Carries the state over to the next chunk.
  func carry() {
    for layer in shards.flatMap(\.layers) { layer.carry() }
  }

  /// Forgets what a lane has heard.
  func reset(lane: Int) {
    for shard in shards where shard.lanes.contains(lane) {
      for layer in shard.layers { layer.reset(lane: lane - shard.lanes.lowerBound) }
    }
  }

  // MARK: - Embedding

  private func range(_ name: String) -> Range<Int> { offsets[name] ?? 0..<0 }

  /// Rows of the embedding `[V, E]` → a shard's input `[T, n, E]`.
  private static func embed(
    _ tokens: [UInt16], _ table: FloatAddress, width: Int, steps: Int, lanes: Int,
    into shard: Shard
  ) {
    guard let input = shard.layers.first?.input else { return }
    for step in 0..<steps {
      for (index, lane) in shard.lanes.enumerated() {
        let token = Int(tokens[step * lanes + lane])
        unsafe (input.pointer + (step * shard.lanes.count + index) * width).update(
          from: table.pointer + token * width, count: width)
      }
    }
  }

  private func embedBackward() {
    let width = shape.embedding
    let table = range("embedding.weight")
    gradients.zero(from: table.lowerBound, count: table.count)
    for shard in shards {
      guard let dInput = shard.layers.first?.dInput else { continue }
      for step in 0..<steps {
        for (place, lane) in shard.lanes.enumerated() {
          let token = Int(tokens[step * lanes + lane])
          let target = unsafe gradients.pointer + table.lowerBound + token * width
          let source = unsafe dInput.pointer + (step * shard.lanes.count + place) * width
          for index in 0..<width { unsafe target[index] += source[index] }
        }
      }
    }
  }

  // MARK: - Linear layer

  /// logits `[R, V]` = top `[R, H]` · Wᵀ `[H, V]` + b, with R = T·N.
  private func linear() throws {
    let (vocabulary, hidden) = (shape.vocabulary, shape.hidden)
    let bias = parameters.address(range("head.bias").lowerBound)
    let (top, logits) = (top, logits)
    try forEachShard { shard in
      for row in shard.rows { logits.copy(vocabulary, from: bias, at: row * vocabulary) }
      try shard.toLogits.run(
        from: top.address(shard.rows.lowerBound * hidden),
        to: logits.address(shard.rows.lowerBound * vocabulary))
    }
  }

  private func linearBackward() throws {
    let rows = steps * lanes
    let (vocabulary, hidden) = (shape.vocabulary, shape.hidden)
    let weight = range("head.weight").lowerBound
    let bias = range("head.bias").lowerBound
    let (top, dTop, logits, gradients) = (top, dTop, logits, gradients)
    // dW [V, H] = dlogitsᵀ [V, R] · top [R, H]
    try multiplyInParts(vocabulary) { part in
      try multiply(
        "T", "N", part.count, hidden, rows, logits.address(part.lowerBound), vocabulary,
        top.address(), hidden, 0, gradients.address(weight + part.lowerBound * hidden), hidden)
    }
    // dtop [R, H] = dlogits [R, V] · W [V, H]
    try forEachShard { shard in
      dTop.zero(from: shard.rows.lowerBound * hidden, count: shard.rows.count * hidden)
      try shard.fromLogits?.run(
        from: logits.address(shard.rows.lowerBound * vocabulary),
        to: dTop.address(shard.rows.lowerBound * hidden))
    }
    gradients.zero(from: bias, count: vocabulary)
    let dBias = unsafe gradients.pointer + bias
    for row in 0..<rows {
      let source = unsafe logits.pointer + row * vocabulary
      for index in 0..<vocabulary { unsafe dBias[index] += source[index] }
    }
  }

  /// Multiplies parts of a matrix's rows on a thread each; one thread does when they are few.
  private func multiplyInParts(
    _ rows: Int, _ work: @Sendable (Range<Int>) throws -> Void
  ) throws {
    guard rows >= 64 else { return try work(0..<rows) }
    let failure = Mutex<(any Error)?>(nil)
    inParts(rows) { part in
      do {
        Engine.useOneThread()
        try work(part)
      } catch {
        failure.withLock { $0 = error }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  // MARK: - Dropout

  private static func draw(
    _ mask: FloatBuffer, dropout: Float, using random: inout SeededGenerator
  ) {
    let scale = 1 / (1 - dropout)
    let threshold = UInt64(dropout * 65536)
    var index = 0
    while index < mask.count {
      var bits = random.next()
      for offset in 0..<min(4, mask.count - index) {
        unsafe mask.pointer[index + offset] = bits & 0xFFFF < threshold ? 0 : scale
        bits >>= 16
      }
      index += 4
    }
  }
}
