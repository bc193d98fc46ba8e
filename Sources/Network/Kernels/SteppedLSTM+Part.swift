extension SteppedLSTM {
  /// U of the layer's outputs, with what a thread needs to compute them.
  final class Part: @unchecked Sendable {
    let units: Range<Int>
    /// b_i + b_h, `[4U]`.
    let bias: FloatBuffer
    /// The gates' activations, `[T, N, 4U]`, which the backward pass replaces by the gradients of their
    /// pre-activations. In a forward-only layer the gates of one block of steps.
    let gates: FloatBuffer
    /// c before each step and after the last, `[T + 1, N, U]`, and tanh c after each, `[T, N, U]`. In a
    /// forward-only layer only the current c, `[N, U]`.
    let cells: FloatBuffer
    let squashed: FloatBuffer?
    /// Gradients of h and c at the current step, `[N, U]` each.
    let dState: FloatBuffer
    let dCell: FloatBuffer
    /// W_i x of a block of B steps, `[B·N, I] → [B·N, 4U]`, and W_h h of one, `[N, H] → [N, 4U]`.
    let fromInput: PackedProduct
    let fromState: PackedProduct
    /// The gates' gradients to dx of `inputRows`, `[n, 4H] → [n, I]`, and to dh of the step before,
    /// `[N, 4H] → [N, U]`.
    let inputRows: Range<Int>
    let toInput: PackedProduct?
    let toState: PackedProduct?
    /// A second copy of the gates' gradients in bfloat16, `[4, T, N, U]`: dense, as ``gradients`` need them.
    let gateGradients: RoundedBuffer
    /// The products for dW. In bfloat16 one for each gate of W_i, then of W_h; in 32 bits one for W_i, then,
    /// if T > 1, one for W_h over all steps but the first.
    var gradients: [GradientProduct] = []
    /// Scratch for the weights of its outputs before packing, `[4U, max(I, H)]`, and in 32
    /// bits for their gradients.
    let scratch: FloatBuffer

    init(
      _ index: Int, of count: Int, _ buffers: LSTMBuffers, _ weights: LSTMWeights,
      precision: Precision, sharing first: Part?, memoryOf other: Part?, on engine: Engine
    ) throws {
      let (hidden, lanes, inputs) = (buffers.hidden, buffers.lanes, buffers.inputSize)
      let rows = buffers.steps * lanes
      func share(_ whole: Int) -> Range<Int> {
        (whole * index / count)..<(whole * (index + 1) / count)
      }
      let units = share(hidden)
      self.units = units
      inputRows = share(rows)
      let isTrained = weights.gradients != nil
      let block = SteppedLSTM.block(of: buffers.steps, lanes: lanes)
      gates = .shared(
        isTrained ? nil : other?.gates,
        count: (isTrained ? buffers.steps : block) * lanes * 4 * units.count)
      let scratch = FloatBuffer.shared(
        other?.scratch,
        count: count > 1 || (isTrained && precision == .float32)
          ? 4 * units.count * max(inputs, hidden) : 0)
      self.scratch = scratch
      let bias = FloatBuffer(count: 4 * units.count)
      self.bias = bias
      cells = FloatBuffer(count: (isTrained ? rows + lanes : lanes) * units.count)
      squashed = isTrained ? FloatBuffer(count: rows * units.count) : nil
      dState = .shared(other?.dState, count: lanes * units.count)
      dCell = .shared(other?.dCell, count: lanes * units.count)
      gateGradients =
        other?.gateGradients
        ?? RoundedBuffer(count: precision == .bfloat16 && isTrained ? gates.count : 0)
      let (inputWeights, stateWeights) = (
        weights.input.lowerBound, weights.hidden.lowerBound
      )
      func product(
        _ rows: Int, _ matrix: Matrix, plus bias: FloatBuffer? = nil,
        sharing other: PackedProduct? = nil
      ) throws -> PackedProduct {
        try PackedProduct(
          rows: rows, by: matrix, in: weights.parameters, plus: bias, precision: precision,
          gatheredIn: scratch, sharing: other, on: engine)
      }
      /// The rows of its own outputs in W_i or W_h, gate by gate.
      func gateRows(of start: Int, width: Int) -> Matrix {
        Matrix(
          transposed: count == 1
            ? [start] : (0..<4).map { start + ($0 * hidden + units.lowerBound) * width },
          outputs: 4 * units.count, inputs: width)
      }
      fromInput = try product(
        block * lanes, gateRows(of: inputWeights, width: inputs), plus: bias)
      fromState = try product(lanes, gateRows(of: stateWeights, width: hidden))
      guard weights.gradients != nil else {
        toInput = nil
        toState = nil
        return
      }
      toInput =
        inputRows.isEmpty
        ? nil
        : try product(
          inputRows.count,
          Matrix(columnsAt: inputWeights, inputs: 4 * hidden, outputs: inputs, width: inputs),
          sharing: first?.toInput)
      toState = try product(
        lanes,
        Matrix(
          columnsAt: stateWeights + units.lowerBound, inputs: 4 * hidden, outputs: units.count,
          width: hidden))
    }

    /// The cell computation of a step.
    func cell(_ step: Int, of buffers: LSTMBuffers) -> LSTMCell {
      let width = buffers.lanes * units.count
      return LSTMCell(
        units: units.count, hidden: buffers.hidden, lanes: buffers.lanes,
        gates: gates(ofStep: step, lanes: buffers.lanes), cell: cell(before: step + 1, of: buffers),
        distance: units.count, squashed: squashed?.address(step * width))
    }

    /// The gates of a step.
    func gates(ofStep step: Int, lanes: Int) -> FloatAddress {
      gates.address(step * lanes * 4 * units.count % gates.count)
    }

    /// c before a step.
    func cell(before step: Int, of buffers: LSTMBuffers) -> FloatAddress {
      cells.address(squashed == nil ? 0 : step * buffers.lanes * units.count)
    }
  }
}
