import COneDNN
import CSIMD
import Foundation

/// The network over a chunk of `T` steps of `N` lanes (batch rows), with state carried from chunk to chunk.
///
/// ```
/// tokens [T, N] → embedding [T, N, E] → L LSTM layers [T, N, H] → linear → logits [T, N, V]
/// ```
///
/// Dropout is applied between the layers and before the linear layer. With a ``TokenContext`` its
/// features times `[F, E]` are added to the embedding; a second linear layer computes `J` filter weights
/// from the same hidden states as the first, which the links add to the logits; and the logits of
/// impossible tokens are lowered.
///
/// The work of each layer and each pass over memory is shared by the threads of a ``ThreadPool``.
@safe
final class LSTMStack {
  let shape: NetworkShape
  let steps: Int
  let lanes: Int
  let parameters: FloatBuffer
  /// Gradients of `parameters`; empty in a forward-only network.
  let gradients: FloatBuffer
  /// `[T, N, V]`; ``CrossEntropy`` replaces them by their gradients.
  var logits: FloatBuffer { head.output }

  /// The threads that share the work.
  let team: ThreadPool
  private let layers: [LSTMLayer]
  /// Each layer's dropout mask, `[T, N, H]`: 0 or 1/(1 − p).
  private let masks: [FloatBuffer]
  /// Makes the first layer's input.
  private let embedding: EmbeddingLayer
  /// The linear layers' input, `[T, N, H]`: the last layer's output after dropout.
  private let top: FloatBuffer
  /// Its gradient, `[T, N, H]`; empty in a forward-only network.
  private let dTop: FloatBuffer
  /// Makes the logits.
  private let head: LinearLayer
  /// Makes the filter weights that the links add to the logits, `[T, N, J]`.
  private let filters: LinearLayer
  private var tokens: [UInt16] = []
  private var context: ContextRows?
  private var dropout: Float = 0
  /// Parts that a mask is drawn in, each from a seed of its own. Constant, so that a mask does not depend on
  /// the number of threads.
  private static let maskParts = 8

  /// - Parameter team: The threads of another stack that never runs at the same time, to be used by this one
  ///   too; `nil` for threads of its own.
  init(
    shape: NetworkShape, steps: Int, lanes: Int, training: Bool, parameters: FloatBuffer,
    precision: Precision, on team: ThreadPool? = nil
  ) throws {
    try precision.check()
    self.shape = shape
    self.steps = steps
    self.lanes = lanes
    self.parameters = parameters
    let gradients = FloatBuffer(count: training ? shape.parameterCount : 0)
    self.gradients = gradients
    let rows = steps * lanes
    // Small layers cannot be split, and what remains is not worth a thread.
    let isWorthIt = precision == .int8 || SteppedLSTM.parts(of: shape.hidden, threads: 2) > 1
    let others = team.flatMap { $0.threads > 1 ? $0 : nil }
    let team = isWorthIt ? others ?? ThreadPool() : ThreadPool(threads: 1)
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
    // Shared with the last layer's dInput: dTop is read before that layer's backward pass writes there.
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

  /// The state of all lanes, h before c: `[2, L, N, H]`.
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

  /// Repacks the weights after they have changed.
  func refresh() throws {
    Engine.useOneThread()
    for layer in layers { try layer.refresh() }
    try head.refresh()
    try filters.refresh()
  }

  /// Computes ``logits`` from `tokens` `[T, N]`, starting from the state carried over.
  ///
  /// - Parameters:
  ///   - context: The context input after each token, `T·N` rows; `nil` for a shape without context.
  ///   - dropout: The dropout rate p, 0 ≤ p < 1; 0 in a forward-only network.
  ///   - random: Draws the dropout masks.
  /// - Throws: ``NetworkError/badToken(token:vocabulary:)``, ``NetworkError/engine(action:status:)``.
  func runForward(
    _ tokens: [UInt16], context: ContextRows? = nil, dropout: Float,
    random: inout SeededGenerator
  ) throws {
    precondition(tokens.count == steps * lanes)
    precondition((context?.count ?? 0) == (shape.hasContext ? tokens.count : 0))
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

  /// Runs `body` in parallel over parts of the rows, as ranges of elements when rows have `width` of them.
  private func inRows(width: Int = 1, _ body: (Range<Int>) throws -> Void) throws {
    try team.inParts(steps * lanes, isLong: steps > 1) {
      try body($0.lowerBound * width..<$0.upperBound * width)
    }
  }

  /// Adds the last layer's output at one row of the last chunk to `sums` `[H]`.
  ///
  /// - Parameter row: step · N + lane.
  func addOutput(ofRow row: Int, to sums: inout [Double]) {
    precondition(row >= 0 && row < steps * lanes && sums.count == shape.hidden)
    let output = unsafe top.pointer + row * shape.hidden
    for unit in sums.indices { sums[unit] += Double(unsafe output[unit]) }
  }

  /// Computes the gradients of all parameters from those of ``logits``.
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

  /// Makes the state after the last step the initial state of the next chunk.
  func carry() {
    for layer in layers { layer.carry() }
  }

  /// Sets a lane's state to 0.
  func reset(lane: Int) {
    for layer in layers { layer.reset(lane: lane) }
  }

  /// Copies state and last logits from lane `parents[i]` to lane i, for all lanes; to be called between
  /// ``runForward(_:context:dropout:random:)`` and ``carry()``.
  func select(_ parents: [Int]) {
    for layer in layers { layer.select(parents) }
    logits.selectRows(parents, width: shape.vocabulary, at: (steps - 1) * lanes * shape.vocabulary)
  }

  /// Copies state and last logits from a stack of the same shape, lanes and steps; to be called as
  /// ``select(_:)``.
  func copyState(of other: LSTMStack) {
    for (layer, theirs) in zip(layers, other.layers) { layer.copyState(of: theirs) }
    let (count, start) = (lanes * shape.vocabulary, (steps - 1) * lanes * shape.vocabulary)
    logits.copy(count, from: other.logits.address(start), at: start)
  }
}
