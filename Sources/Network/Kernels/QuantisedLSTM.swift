/// A forward-only LSTM layer with matrix products in 8 bits: for generating, which is bound by the memory
/// bandwidth of reading the weights.
///
/// The layer's outputs are split into parts, which the threads of a ``ThreadPool`` share.
final class QuantisedLSTM: LSTMKernel {
  private let buffers: LSTMBuffers
  private let team: ThreadPool
  private let weights: LSTMWeights
  /// `[N, I]` and `[N, H]` → `[N, 4H]`, part by part.
  private let product: QuantisedProduct
  private let parts: [Part]

  /// U of the layer's outputs.
  private struct Part {
    let units: Range<Int>
    /// b_i + b_h, `[4U]`.
    let bias: FloatBuffer
    /// `[N, 4U]`
    let gates: FloatBuffer
  }

  /// - Parameter other: Another layer of the stack, whose scratch memory is shared if it has as many outputs.
  /// - Throws: ``NetworkError/unfit(precision:purpose:)`` when it is to be trained, or the sizes do not fit.
  init(
    _ buffers: LSTMBuffers, _ weights: LSTMWeights, sharing other: QuantisedLSTM? = nil,
    on team: ThreadPool
  ) throws {
    guard weights.gradients == nil else { throw Self.unfit("train") }
    guard Self.fits(inputs: buffers.inputSize, hidden: buffers.hidden) else {
      throw Self.unfit("run a network of these sizes")
    }
    self.buffers = buffers
    self.weights = weights
    self.team = team
    let (hidden, lanes) = (buffers.hidden, buffers.lanes)
    let count = SteppedLSTM.parts(of: hidden, threads: Self.mostParts)
    let other = other?.buffers.hidden == hidden ? other : nil
    parts = (0..<count).map { index in
      let units = (hidden * index / count)..<(hidden * (index + 1) / count)
      return Part(
        units: units, bias: FloatBuffer(count: 4 * units.count),
        gates: other?.parts[index].gates ?? FloatBuffer(count: lanes * 4 * units.count))
    }
    product = QuantisedProduct(
      rows: lanes,
      parts: [
        .init(inputs: buffers.inputSize, start: weights.input.lowerBound),
        .init(inputs: hidden, start: weights.hidden.lowerBound),
      ], outputs: 4 * hidden,
      order: parts.flatMap { part in
        (0..<4).flatMap { gate in part.units.map { gate * hidden + $0 } }
      },
      parameters: weights.parameters, on: team)
  }

  /// More than there are threads, so that a slower thread takes fewer.
  private static let mostParts = 8

  func refresh() {
    for part in parts { weights.sumBiases(of: part.units, into: part.bias) }
    product.refresh()
  }

  func runForward() throws {
    let (lanes, hidden) = (buffers.lanes, buffers.hidden)
    for step in 0..<buffers.steps {
      let last =
        step > 0 ? buffers.output.address((step - 1) * lanes * hidden) : buffers.state.address()
      try product.take([buffers.input.address(step * lanes * buffers.inputSize), last])
      try team.share(parts.count) { run(parts[$0], step) }
    }
  }

  private func run(_ part: Part, _ step: Int) {
    let (lanes, hidden, count) = (buffers.lanes, buffers.hidden, part.units.count)
    let first = part.units.lowerBound
    product.multiply(
      4 * first..<4 * part.units.upperBound, start: part.bias.address(),
      to: part.gates.address(), stride: 4 * count)
    LSTMCell(
      units: count, hidden: hidden, lanes: lanes, gates: part.gates.address(),
      cell: buffers.nextCell.address(first), distance: hidden, squashed: nil
    ).runForward(
      from: (step == 0 ? buffers.cell : buffers.nextCell).address(first),
      to: buffers.output.address(step * lanes * hidden + first))
  }

  func carry() {
    swap(&buffers.cell, &buffers.nextCell)
    let count = buffers.lanes * buffers.hidden
    // Sharing is safe: with one step, h is read before the output is written.
    if buffers.steps == 1 {
      buffers.state = buffers.output
    } else {
      buffers.state.copy(count, from: buffers.output.address((buffers.steps - 1) * count))
    }
  }

  func runBackward() throws {
    throw Self.unfit("train")
  }

  private static func unfit(_ purpose: String) -> NetworkError {
    .unfit(precision: Precision.int8.rawValue, purpose: purpose)
  }

  /// Whether a network's layers can be computed in 8 bits: H is a multiple of the vector width, and each
  /// layer has at most 4096 inputs, for which 32-bit sums cannot overflow.
  static func fits(_ shape: NetworkShape) -> Bool {
    fits(inputs: max(shape.embedding, shape.hidden), hidden: shape.hidden)
  }

  private static func fits(inputs: Int, hidden: Int) -> Bool {
    hidden % LSTMCell.width == 0 && max(inputs, hidden) <= 4096
  }
}
