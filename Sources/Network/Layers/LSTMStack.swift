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
/// What each layer and each pass over memory does is dealt out to the threads of a ``Team``.
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

  /// The threads that share the work.
  let team: Team
  private let layers: [LSTMLayer]
  /// 0 or 1/(1 − p) for each output of each layer, `[T, N, H]`.
  private let masks: [FloatBuffer]
  /// Makes what the first layer reads.
  private let embedding: EmbeddingLayer
  /// What the linear layers read, `[T, N, H]`: the last output after dropout.
  private let top: FloatBuffer
  /// Its gradient, `[T, N, H]`; empty when only run forward.
  private let dTop: FloatBuffer
  /// Makes the logits.
  private let head: LinearLayer
  /// Makes the weights that the links add to the logits, `[T, N, J]`.
  private let filters: LinearLayer
  private var tokens: [UInt16] = []
  private var context: ContextRows?
  private var dropout: Float = 0
  /// Rows that a mask is drawn in at a time, each from a seed of its own: as many on any machine.
  private static let maskParts = 8

  /// - Parameter team: Threads of another stack that never runs at the same time, to share the work
  ///   of this one too; `nil` for threads of its own.
  init(
    shape: NetworkShape, steps: Int, lanes: Int, training: Bool, parameters: FloatBuffer,
    precision: Precision, on team: Team? = nil
  ) throws {
    try precision.check()
    self.shape = shape
    self.steps = steps
    self.lanes = lanes
    self.parameters = parameters
    let gradients = FloatBuffer(count: training ? shape.parameterCount : 0)
    self.gradients = gradients
    let rows = steps * lanes
    // Small layers cannot be dealt out, and what is done beside them is not worth a thread.
    let isWorthIt = precision == .int8 || SteppedLSTM.parts(of: shape.hidden, threads: 2) > 1
    let others = team.flatMap { $0.threads > 1 ? $0 : nil }
    let team = isWorthIt ? others ?? Team() : Team(threads: 1)
    self.team = team
    masks = (0..<(training ? shape.layers : 0)).map { _ in
      FloatBuffer(count: rows * shape.hidden)
    }
    layers = try (0..<shape.layers).reduce(into: []) { layers, layer in
      layers.append(
        try LSTMLayer(
          team: team, steps: steps, lanes: lanes,
          inputSize: layer == 0 ? shape.embedding : shape.hidden, hidden: shape.hidden,
          weights: LSTMWeights(
            ofLayer: layer, shape, parameters: parameters, gradients: training ? gradients : nil),
          below: layers.last, precision: precision))
    }
    let last = training ? nil : layers.last?.output
    top = last ?? FloatBuffer(count: rows * shape.hidden)
    // Read before the last layer leaves its own there.
    dTop = .shared(layers.last?.dInput, count: training ? rows * shape.hidden : 0)
    embedding = EmbeddingLayer(of: shape)
    func linear(_ name: String) throws -> LinearLayer {
      try LinearLayer(
        name, of: shape, rows: rows, isLong: steps > 1, parameters: parameters,
        gradients: gradients, precision: precision, on: team)
    }
    head = try linear("head")
    filters = try linear("context.filters")
    try refresh()
  }

  /// The state of all lanes, hidden before cell: `[2, L, N, H]`.
  var state: FloatBuffer {
    get { FloatBuffer(stateParts.flatMap(\.values)) }
    set {
      precondition(newValue.count == stateParts.reduce(0) { $0 + $1.count })
      var next = 0
      for part in stateParts {
        part.copy(part.count, from: newValue.address(next))
        next += part.count
      }
    }
  }

  private var stateParts: [FloatBuffer] { layers.map(\.state) + layers.map(\.cell) }

  /// Takes over weights that have changed.
  func refresh() throws {
    Engine.useOneThread()
    for layer in layers { try layer.refresh() }
    try head.refresh()
    try filters.refresh()
  }

  /// `tokens` `[T, N]` → ``logits``; state goes on from the chunk before.
  ///
  /// - Parameters:
  ///   - context: What is told after each token, `[T·N]` rows; `nil` where the shape has none.
  ///   - dropout: The share of outputs that is left out, 0 ≤ p < 1; 0 where it is not trained.
  ///   - random: Draws which.
  func runForward(
    _ tokens: [UInt16], context: ContextRows? = nil, dropout: Float,
    random: inout SeededGenerator
  ) throws {
    precondition(tokens.count == steps * lanes)
    precondition((context?.count ?? 0) == (shape.isTold ? tokens.count : 0))
    precondition(
      context?.fit(shape) ?? true,
      "a context tells of a number, a weight or a token that the network has not")
    if let bad = tokens.first(where: { Int($0) >= shape.vocabulary }) {
      throw NetworkError.badToken(token: bad, vocabulary: shape.vocabulary)
    }
    Engine.useOneThread()
    self.tokens = tokens
    self.context = context
    self.dropout = dropout
    if let input = layers.first?.input {
      try inRows { embedding.run(tokens, context, of: parameters, rows: $0, into: input) }
    }
    for (index, layer) in layers.enumerated() {
      try layer.runForward()
      let next = index + 1 < layers.count ? layers[index + 1].input : top
      guard next !== layer.output else { continue }
      if dropout > 0 { try draw(masks[index], using: &random) }
      try inRows(width: shape.hidden) { range in
        if dropout > 0 {
          next.product(of: layer.output, masks[index], in: range)
        } else {
          next.copy(
            range.count, from: layer.output.address(range.lowerBound), at: range.lowerBound)
        }
      }
    }
    try head.run(from: top)
    try filters.run(from: top)
    guard let context else { return }
    try inRows { rows in
      for row in rows {
        let target = head.output.address(row * head.width)
        context.addLinks(of: row, of: filters.output.address(row * filters.width), to: target)
        context.lowerImpossible(of: row, vocabulary: head.width, in: target)
      }
    }
  }

  private func draw(_ mask: FloatBuffer, using random: inout SeededGenerator) throws {
    let seeds = (0..<Self.maskParts).map { _ in random.next() }
    try team.share(seeds.count, isLong: true) { part in
      var random = SeededGenerator(seed: seeds[part])
      let ends = [part, part + 1].map { mask.count * $0 / seeds.count }
      Dropout.draw(mask, in: ends[0]..<ends[1], share: dropout, using: &random)
    }
  }

  /// Runs `body` over all rows, or over what they hold of `width` numbers each, in parts.
  private func inRows(width: Int = 1, _ body: (Range<Int>) throws -> Void) throws {
    try team.inParts(steps * lanes, isLong: steps > 1) {
      try body($0.lowerBound * width..<$0.upperBound * width)
    }
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
    Engine.useOneThread()
    try linearBackward()
    for (index, layer) in layers.enumerated().reversed() {
      let above = index + 1 < layers.count ? layers[index + 1].dInput : dTop
      try inRows(width: shape.hidden) { range in
        if dropout > 0 {
          layer.dOutput.product(of: above, masks[index], in: range)
        } else {
          layer.dOutput.copy(
            range.count, from: above.address(range.lowerBound), at: range.lowerBound)
        }
      }
      try layer.runBackward()
    }
    guard let dInput = layers.first?.dInput else { return }
    try embedding.runBackward(tokens, context, from: dInput, to: gradients, on: team)
  }

  private func linearBackward() throws {
    try inRows(width: shape.hidden) { dTop.zero(from: $0.lowerBound, count: $0.count) }
    try head.runBackward(from: top, to: dTop)
    guard let context else { return }
    try inRows { rows in
      filters.output.zero(
        from: rows.lowerBound * filters.width, count: rows.count * filters.width)
      for row in rows {
        context.addLinks(
          of: row, backFrom: head.output.address(row * head.width),
          to: filters.output.address(row * filters.width))
      }
    }
    try filters.runBackward(from: top, to: dTop)
  }

  /// Carries the state over to the next chunk.
  func carry() {
    for layer in layers { layer.carry() }
  }

  /// Forgets what a lane has heard.
  func reset(lane: Int) {
    for layer in layers { layer.reset(lane: lane) }
  }

  /// Lane i goes on from where lane `parents[i]` is, and has its logits after the last step; between a
  /// run and its ``carry()``.
  func select(_ parents: [Int]) {
    for layer in layers { layer.select(parents) }
    logits.selectRows(parents, width: shape.vocabulary, at: (steps - 1) * lanes * shape.vocabulary)
  }
}
