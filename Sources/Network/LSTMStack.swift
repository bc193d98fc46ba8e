import COneDNN
import CSIMD
import Foundation

/// The network over a chunk: `T` steps of `N` lanes, state carried from chunk to chunk.
///
/// ```
/// tokens [T, N] → embedding [T, N, E] → L LSTM layers [T, N, H] → linear → logits [T, N, V]
/// ```
///
/// Dropout stands between the layers and before the linear layer. With a ``TokenContext`` the sum of
/// its numbers over the rows of `[F, E]` is added to the embedding; a second linear layer makes `J`
/// weights of what the first one reads, which its links add to the logits; and the logits of what
/// cannot come next are lowered.
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
  var logits: FloatBuffer { head.output }

  /// Some of the lanes, and the layers that they run through.
  private final class Shard: @unchecked Sendable {
    let engine: Engine
    let index: Int
    let lanes: Range<Int>
    /// Its part of the rows of the linear layers.
    let rows: Range<Int>
    let layers: [LSTMLayer]
    /// Gradients of the layers' weights; the stack's own for the first shard.
    let gradients: FloatBuffer
    /// 0 or 1/(1 − p) for each output of each layer, `[T, n, H]`.
    let masks: [FloatBuffer]
    /// Draws what dropout leaves out.
    var random = SeededGenerator(seed: 0)

    init(
      shape: NetworkShape, index: Int, steps: Int, lanes: Range<Int>, training: Bool,
      parameters: FloatBuffer, gradients: FloatBuffer, precision: Precision, sharing other: Shard?,
      with companion: Companion?
    ) throws {
      let engine = try Engine()
      self.engine = engine
      self.index = index
      self.lanes = lanes
      self.gradients = gradients
      rows = (steps * lanes.lowerBound)..<(steps * lanes.upperBound)
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
          precision: precision, sharing: other?.layers[layer], with: companion)
      }
    }
  }

  private let shards: [Shard]
  /// Makes what the first layers read.
  private let embedding: EmbeddingLayer
  /// What the linear layer reads, `[T, N, H]`: the last output after dropout.
  private let top: FloatBuffer
  /// Its gradient, `[T, N, H]`; empty when only run forward.
  private let dTop: FloatBuffer
  /// The weights of which each shard has gradients: of the layers and on top of them.
  private let summed: [Range<Int>]
  /// Makes the logits.
  private let head: LinearLayer
  /// Makes the weights that the links add to the logits, `[T, N, J]`.
  private let filters: LinearLayer
  private var tokens: [UInt16] = []
  private var context: ContextRows?
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
    top = FloatBuffer(count: steps * lanes * shape.hidden)
    dTop = FloatBuffer(count: training ? steps * lanes * shape.hidden : 0)
    embedding = EmbeddingLayer(of: shape, steps: steps, lanes: lanes)
    let offsets = shape.offsets
    let layers = (offsets["lstm.weight_ih_l0"] ?? 0..<0).lowerBound
    let filtering = offsets["context.filters.weight"] ?? 0..<0
    summed = [
      layers..<(offsets["head.bias"] ?? 0..<layers).upperBound,
      filtering
        .lowerBound..<max(
          filtering.upperBound, offsets["context.filters.bias"]?.upperBound ?? 0),
    ]
    // Few rows are no faster on two processors: it is the way of the weights from memory that takes
    // the time, and each processor reads them all.
    let least = precision == .int8 ? 2 : precision.ofProducts == .bfloat16 ? 4 : 8
    let most = steps == 1 ? max(1, lanes / least) : lanes
    let count = min(ProcessInfo.processInfo.activeProcessorCount, most)
    // One stream's work cannot be dealt out by lanes, but by outputs.
    let companion =
      precision == .int8 && steps == 1 && lanes == 1 && Companion.isUseful ? Companion() : nil
    shards = try (0..<count).reduce(into: []) { shards, index in
      shards.append(
        try Shard(
          shape: shape, index: index, steps: steps,
          lanes: (lanes * index / count)..<(lanes * (index + 1) / count), training: training,
          parameters: parameters,
          gradients: index == 0 || !training
            ? gradients : FloatBuffer(count: shape.parameterCount),
          precision: precision, sharing: shards.first, with: companion))
    }
    let parts = shards.map {
      LinearLayer.Shard(rows: $0.rows, engine: $0.engine, gradients: $0.gradients)
    }
    head = try LinearLayer(
      "head", of: shape, shards: parts, training: training, parameters: parameters,
      precision: precision)
    filters = try LinearLayer(
      "context.filters", of: shape, shards: parts, training: training, parameters: parameters,
      precision: precision)
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
    try sideBySide(shards.count) { try work(shards[$0]) }
  }

  /// Takes over weights that have changed.
  func refresh() throws {
    let (head, filters) = (head, filters)
    try forEachShard { shard in
      for layer in shard.layers { try layer.refresh() }
      try head.refresh(shard: shard.index)
      try filters.refresh(shard: shard.index)
    }
  }

  /// `tokens` `[T, N]` → ``logits``; state goes on from the chunk before.
  ///
  /// - Parameters:
  ///   - context: What is told after each token, `[T·N]` rows; `nil` where the shape has none.
  ///   - dropout: The share of outputs that is left out, 0 ≤ p < 1.
  ///   - random: Draws which.
  func runForward(
    _ tokens: [UInt16], context: ContextRows? = nil, dropout: Float,
    random: inout SeededGenerator
  ) throws {
    precondition(tokens.count == steps * lanes)
    precondition((context?.count ?? 0) == (shape.context > 0 ? tokens.count : 0))
    if let bad = tokens.first(where: { Int($0) >= shape.vocabulary }) {
      throw NetworkError.badToken(token: bad, vocabulary: shape.vocabulary)
    }
    self.tokens = tokens
    self.context = context
    self.dropout = dropout
    if dropout > 0 {
      for shard in shards { shard.random = SeededGenerator(seed: random.next()) }
    }
    let (steps, lanes, hidden) = (steps, lanes, shape.hidden)
    let (head, filters, outputs, top) = (head, filters, top, top.address())
    let (embedding, parameters) = (embedding, parameters)
    try forEachShard { shard in
      if let input = shard.layers.first?.input {
        embedding.run(tokens, context, of: parameters, lanes: shard.lanes, into: input)
      }
      for (index, layer) in shard.layers.enumerated() {
        try layer.runForward()
        if dropout > 0 {
          Dropout.draw(shard.masks[index], share: dropout, using: &shard.random)
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
      // A single step's rows are the shard's own lanes.
      if steps == 1 { try Self.runLinear(shard, from: outputs, head, filters, context) }
    }
    guard steps > 1 else { return }
    try forEachShard { try Self.runLinear($0, from: outputs, head, filters, context) }
  }

  /// Adds the last layer's output after one input of the last chunk to `sums` `[H]`.
  ///
  /// - Parameter row: step · N + lane.
  func addOutput(ofRow row: Int, to sums: inout [Double]) {
    precondition(row >= 0 && row < steps * lanes && sums.count == shape.hidden)
    let output = unsafe top.pointer + row * shape.hidden
    for unit in sums.indices { sums[unit] += Double(unsafe output[unit]) }
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
    embedding.runBackward(
      tokens, context,
      from: shards.compactMap { shard in
        shard.layers.first.map { (shard.lanes, $0.dInput) }
      }, to: gradients)
  }

  /// Adds the other shards' gradients to the first's, always in the same order.
  private func sumGradients() {
    for range in summed {
      for shard in shards.dropFirst() {
        let (target, source) = (
          gradients.address(range.lowerBound), shard.gradients.address(range.lowerBound)
        )
        inParts(range.count) { part in
          let start = part.lowerBound
          unsafe woodshed_add(
            VectorWidth.widest, part.count, target.pointer + start, source.pointer + start, 1)
        }
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

  // MARK: - Linear layers

  /// The logits, and the filters, which the context's links add to them, of a shard's rows.
  private static func runLinear(
    _ shard: Shard, from top: FloatBuffer, _ head: LinearLayer, _ filters: LinearLayer,
    _ context: ContextRows?
  ) throws {
    try head.run(shard: shard.index, from: top)
    try filters.run(shard: shard.index, from: top)
    guard let context else { return }
    for row in shard.rows {
      let target = head.output.address(row * head.width)
      context.addLinks(of: row, of: filters.output.address(row * filters.width), to: target)
      context.lowerImpossible(of: row, vocabulary: head.width, in: target)
    }
  }

  private func linearBackward() throws {
    let (top, dTop, head, filters, context) = (top, dTop, head, filters, context)
    let hidden = shape.hidden
    try forEachShard { shard in
      let rows = shard.rows
      dTop.zero(from: rows.lowerBound * hidden, count: rows.count * hidden)
      try head.runBackward(shard: shard.index, from: top, to: dTop)
      guard let context else { return }
      filters.output.zero(
        from: rows.lowerBound * filters.width, count: rows.count * filters.width)
      for row in rows {
        context.addLinks(
          of: row, backFrom: head.output.address(row * head.width),
          to: filters.output.address(row * filters.width))
      }
      try filters.runBackward(shard: shard.index, from: top, to: dTop)
    }
  }
}
