/// An LSTM layer with weights in 8 bits, run forward only: for generating, where the time goes into
/// bringing the weights from memory.
final class QuantisedLSTM: LSTMKernel {
  private let buffers: LSTMBuffers
  private let weights: LSTMWeights
  /// `[N, I]` and `[N, H]` → `[N, 4H]`
  private let product: QuantisedProduct
  /// b_i + b_h, `[4H]`.
  private let bias: FloatBuffer
  private let gates: FloatBuffer
  private let squashed: FloatBuffer

  /// - Parameter team: Shares out the products.
  /// - Throws: ``NetworkError/unfit(precision:purpose:)``.
  init(_ buffers: LSTMBuffers, _ weights: LSTMWeights, on team: Team) throws {
    guard weights.gradients == nil else { throw Self.unfit("train") }
    guard Self.fits(inputs: buffers.inputSize, hidden: buffers.hidden) else {
      throw Self.unfit("run a network of these sizes")
    }
    self.buffers = buffers
    self.weights = weights
    product = QuantisedProduct(
      rows: buffers.lanes,
      parts: [
        .init(inputs: buffers.inputSize, start: weights.ranges[0].lowerBound),
        .init(inputs: buffers.hidden, start: weights.ranges[1].lowerBound),
      ], outputs: 4 * buffers.hidden, parameters: weights.parameters, on: team)
    bias = FloatBuffer(count: 4 * buffers.hidden)
    gates = FloatBuffer(count: buffers.lanes * 4 * buffers.hidden)
    squashed = FloatBuffer(count: buffers.lanes * buffers.hidden)
  }

  func refresh() {
    weights.sumBiases(into: bias)
    product.refresh()
  }

  func runForward() throws {
    let (lanes, hidden) = (buffers.lanes, buffers.hidden)
    buffers.nextState.copy(from: buffers.state)
    buffers.nextCell.copy(from: buffers.cell)
    for step in 0..<buffers.steps {
      for lane in 0..<lanes { gates.copy(bias, at: lane * 4 * hidden) }
      try product.run(
        from: [
          buffers.input.address(step * lanes * buffers.inputSize), buffers.nextState.address(),
        ], to: gates.address())
      LSTMCell(
        units: hidden, hidden: hidden, lanes: lanes, gates: gates.address(),
        cell: buffers.nextCell.address(),
        squashed: squashed.address()
      ).runForward(from: buffers.nextCell.address(), to: buffers.nextState.address())
      buffers.output.copy(buffers.nextState, at: step * lanes * hidden)
    }
  }

  func runBackward() throws {
    throw Self.unfit("train")
  }

  private static func unfit(_ purpose: String) -> NetworkError {
    .unfit(precision: Precision.int8.rawValue, purpose: purpose)
  }

  /// Whether layers of a network can be computed so: in whole vectors, with sums in 32 bits of
  /// products that have bits enough.
  static func fits(_ shape: NetworkShape) -> Bool {
    fits(inputs: max(shape.embedding, shape.hidden), hidden: shape.hidden)
  }

  private static func fits(inputs: Int, hidden: Int) -> Bool {
    hidden % LSTMCell.width == 0 && inputs + hidden <= 4096
  }
}
