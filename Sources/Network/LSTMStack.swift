import COneDNN

/// The network over a chunk: `T` steps of `N` lanes, state carried from chunk to chunk.
///
/// ```
/// tokens [T, N] → embedding [T, N, E] → L LSTM layers [T, N, H] → linear → logits [T, N, V]
/// ```
///
/// Dropout stands between the layers and before the linear layer.
@safe
final class LSTMStack {
  let shape: NetworkShape
  let steps: Int
  let lanes: Int
  let engine: Engine
  let layers: [LSTMLayer]
  let parameters: FloatBuffer
  /// Gradients of `parameters`; empty when only run forward.
  let gradients: FloatBuffer
  /// `[T, N, V]`; after ``loss(targets:weights:)`` of a training step, the logits' gradients.
  let logits: FloatBuffer

  private let offsets: [String: Range<Int>]
  /// What the linear layer reads, `[T, N, H]`: the last output after dropout.
  private let top: FloatBuffer
  /// 0 or 1/(1 − p) for each output of each layer, `[T, N, H]`.
  private let masks: [FloatBuffer]
  private var tokens: [UInt16] = []
  private var dropout: Float = 0

  init(
    shape: NetworkShape, steps: Int, lanes: Int, training: Bool, engine: Engine,
    parameters: FloatBuffer
  ) throws {
    self.shape = shape
    self.steps = steps
    self.lanes = lanes
    self.engine = engine
    self.parameters = parameters
    gradients = FloatBuffer(count: training ? shape.parameterCount : 0)
    logits = FloatBuffer(count: steps * lanes * shape.vocabulary)
    top = FloatBuffer(count: steps * lanes * shape.hidden)
    masks = (0..<(training ? shape.layers : 0)).map { _ in
      FloatBuffer(count: steps * lanes * shape.hidden)
    }
    let offsets = shape.offsets
    self.offsets = offsets
    let gradients = gradients
    layers = try (0..<shape.layers).map { layer in
      try LSTMLayer(
        engine: engine, steps: steps, lanes: lanes,
        inputSize: layer == 0 ? shape.embedding : shape.hidden, hidden: shape.hidden,
        parameters: parameters, gradients: training ? gradients : nil,
        ranges: ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map {
          offsets["lstm.\($0)_l\(layer)"] ?? 0..<0
        })
    }
    try refresh()
  }

  /// Takes over weights that have changed.
  func refresh() throws {
    for layer in layers { try layer.refresh() }
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
    embed(tokens)
    for (index, layer) in layers.enumerated() {
      try layer.runForward()
      let next = index + 1 < layers.count ? layers[index + 1].input : top
      if dropout > 0 {
        draw(masks[index], using: &random)
        multiply(layer.output, by: masks[index], into: next)
      } else {
        next.copy(from: layer.output)
      }
    }
    try linear()
  }

  /// Gradients of everything, from those of ``logits``.
  func runBackward() throws {
    try linearBackward()
    for (index, layer) in layers.enumerated().reversed() {
      if dropout > 0 { multiply(layer.dOutput, by: masks[index], into: layer.dOutput) }
      try layer.runBackward()
      if index > 0 { layers[index - 1].dOutput.copy(from: layer.dInput) }
    }
    embedBackward()
  }

  /// Carries the state over to the next chunk.
  func carry() {
    for layer in layers { layer.carry() }
  }

  /// Forgets what a lane has heard.
  func reset(lane: Int) {
    for layer in layers { layer.reset(lane: lane) }
  }

  // MARK: - Embedding

  private func range(_ name: String) -> Range<Int> { offsets[name] ?? 0..<0 }

  /// Rows of the embedding `[V, E]` → the first layer's input `[T, N, E]`.
  private func embed(_ tokens: [UInt16]) {
    let width = shape.embedding
    let table = range("embedding.weight").lowerBound
    for (row, token) in tokens.enumerated() {
      unsafe (layers[0].input.pointer + row * width).update(
        from: parameters.pointer + table + Int(token) * width, count: width)
    }
  }

  private func embedBackward() {
    let width = shape.embedding
    let table = range("embedding.weight")
    gradients.zero(from: table.lowerBound, count: table.count)
    let dInput = layers[0].dInput
    for (row, token) in tokens.enumerated() {
      let target = unsafe gradients.pointer + table.lowerBound + Int(token) * width
      let source = unsafe dInput.pointer + row * width
      for index in 0..<width { unsafe target[index] += source[index] }
    }
  }

  // MARK: - Linear layer

  /// logits `[R, V]` = top `[R, H]` · Wᵀ `[H, V]` + b, with R = T·N.
  private func linear() throws {
    let rows = steps * lanes
    let (vocabulary, hidden) = (shape.vocabulary, shape.hidden)
    let weight = range("head.weight").lowerBound
    let bias = range("head.bias").lowerBound
    for row in 0..<rows {
      unsafe (logits.pointer + row * vocabulary).update(
        from: parameters.pointer + bias, count: vocabulary)
    }
    try multiply(
      "N", "T", rows, vocabulary, hidden, top.address(), hidden, parameters.address(weight),
      hidden, 1, logits.address(), vocabulary)
  }

  private func linearBackward() throws {
    let rows = steps * lanes
    let (vocabulary, hidden) = (shape.vocabulary, shape.hidden)
    let weight = range("head.weight").lowerBound
    let bias = range("head.bias").lowerBound
    guard let last = layers.last else { return }
    // dW [V, H] = dlogitsᵀ [V, R] · top [R, H]
    try multiply(
      "T", "N", vocabulary, hidden, rows, logits.address(), vocabulary, top.address(), hidden, 0,
      gradients.address(weight), hidden)
    // dtop [R, H] = dlogits [R, V] · W [V, H]
    try multiply(
      "N", "N", rows, hidden, vocabulary, logits.address(), vocabulary,
      parameters.address(weight), hidden, 0, last.dOutput.address(), hidden)
    gradients.zero(from: bias, count: vocabulary)
    let dBias = unsafe gradients.pointer + bias
    for row in 0..<rows {
      let source = unsafe logits.pointer + row * vocabulary
      for index in 0..<vocabulary { unsafe dBias[index] += source[index] }
    }
  }

  /// C `[M, N]` = A · B + β C, row-major (`dnnl_sgemm`).
  private func multiply(
    _ transposeA: Character, _ transposeB: Character, _ m: Int, _ n: Int, _ k: Int,
    _ a: FloatAddress, _ strideA: Int, _ b: FloatAddress, _ strideB: Int, _ beta: Float,
    _ c: FloatAddress, _ strideC: Int
  ) throws {
    func letter(_ character: Character) -> CChar { character == "T" ? 84 : 78 }
    try unsafe check(
      dnnl_sgemm(
        letter(transposeA), letter(transposeB), dnnl_dim_t(m), dnnl_dim_t(n), dnnl_dim_t(k), 1,
        a.pointer, dnnl_dim_t(strideA), b.pointer, dnnl_dim_t(strideB), beta, c.pointer,
        dnnl_dim_t(strideC)), "multiply matrices")
  }

  // MARK: - Dropout

  private func draw(_ mask: FloatBuffer, using random: inout SeededGenerator) {
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

  private func multiply(_ values: FloatBuffer, by mask: FloatBuffer, into result: FloatBuffer) {
    let (source, factor, target) = (values.address(), mask.address(), result.address())
    inParts(values.count) { part in
      for index in part {
        unsafe target.pointer[index] = source.pointer[index] * factor.pointer[index]
      }
    }
  }
}

/// An address within a ``FloatBuffer``, to be handed to several threads that keep to their parts.
@safe
struct FloatAddress: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Float>
}

extension FloatBuffer {
  func address(_ offset: Int = 0) -> FloatAddress {
    precondition(offset >= 0 && offset <= count)
    return unsafe FloatAddress(pointer: pointer + offset)
  }
}
