import COneDNN

/// An LSTM layer computed step by step from matrix products.
///
/// The inputs of all steps are multiplied at once; what h gives to the gates is added a step at a
/// time. Back through time only dh goes step by step, and all other gradients are products over
/// all steps. oneDNN's own primitive adds to the weights' gradients at each step instead, which for
/// few lanes is most of what it does; `Tests/Benchmarks` times both.
///
/// In bfloat16 all products are of numbers rounded to it, and everything else is in 32 bits.
final class SteppedLSTM: LSTMKernel {
  private let buffers: LSTMBuffers
  private let weights: LSTMWeights
  /// b_i + b_h, `[4H]`.
  private let bias: FloatBuffer
  /// The gates after their functions, `[T, N, 4H]`; behind the backward pass their gradients.
  private let gates: FloatBuffer
  /// c after each step, and tanh c, `[T, N, H]` each.
  private let cells: FloatBuffer
  private let squashed: FloatBuffer
  /// Gradients of h and c at the step that is computed, `[N, H]` each.
  private let dState: FloatBuffer
  private let dCell: FloatBuffer

  /// `[T·N, I] → [T·N, 4H]` and back; `[N, H] → [N, 4H]` and back.
  private let fromInput: PackedProduct
  private let fromState: PackedProduct
  private let toInput: PackedProduct?
  private let toState: PackedProduct?
  /// What the products read in bfloat16; `nil` in 32 bits.
  private let rounded: Rounded?

  /// What is multiplied in bfloat16.
  private struct Rounded {
    /// x, `[T, N, I]`.
    let input: RoundedBuffer
    /// h before each step, and after the last, `[T + 1, N, H]`.
    let states: RoundedBuffer
    /// The gates' gradients, `[T, N, 4H]`; empty when only run forward.
    let dGates: RoundedBuffer
    /// The gradients of W_i and W_h.
    let gradients: [GradientProduct]
  }

  /// Whether this is the faster kernel for a layer here: wherever the cell's vectors fit, and oneDNN
  /// multiplies in `precision`.
  static func isBest(for buffers: LSTMBuffers, _ precision: Precision) -> Bool {
    buffers.hidden % LSTMCell.width == 0 && precision.ofProducts == precision
  }

  /// - Parameter other: The kernel of other lanes of the same layer, whose copies of the weights are
  ///   used.
  init(
    _ buffers: LSTMBuffers, _ weights: LSTMWeights, precision: Precision,
    sharing other: SteppedLSTM?, on engine: Engine
  ) throws {
    self.buffers = buffers
    self.weights = weights
    let precision = precision.ofProducts
    let (hidden, lanes, rows) = (buffers.hidden, buffers.lanes, buffers.steps * buffers.lanes)
    let inputs = buffers.inputSize
    bias = FloatBuffer(count: 4 * hidden)
    gates = FloatBuffer(count: rows * 4 * hidden)
    cells = FloatBuffer(count: rows * hidden)
    squashed = FloatBuffer(count: rows * hidden)
    dState = FloatBuffer(count: lanes * hidden)
    dCell = FloatBuffer(count: lanes * hidden)
    func product(
      _ rows: Int, _ range: Range<Int>, _ size: Int, back: Bool, _ other: PackedProduct?
    ) throws -> PackedProduct {
      try PackedProduct(
        rows: rows, inputs: back ? 4 * hidden : size, outputs: back ? size : 4 * hidden,
        weights: weights.parameters, from: range.lowerBound, transposed: !back,
        precision: precision, sharing: other, on: engine)
    }
    let (inputWeights, stateWeights) = (weights.ranges[0], weights.ranges[1])
    fromInput = try product(rows, inputWeights, inputs, back: false, other?.fromInput)
    fromState = try product(lanes, stateWeights, hidden, back: false, other?.fromState)
    let isTrained = weights.gradients != nil
    toInput =
      isTrained ? try product(rows, inputWeights, inputs, back: true, other?.toInput) : nil
    toState =
      isTrained ? try product(lanes, stateWeights, hidden, back: true, other?.toState) : nil
    guard precision == .bfloat16 else {
      rounded = nil
      return
    }
    let input = RoundedBuffer(count: rows * inputs)
    let states = RoundedBuffer(count: (rows + lanes) * hidden)
    let dGates = RoundedBuffer(count: isTrained ? rows * 4 * hidden : 0)
    rounded = Rounded(
      input: input, states: states, dGates: dGates,
      gradients: try weights.gradients.map { gradients in
        try [(inputs, input, inputWeights), (hidden, states, stateWeights)].map {
          try GradientProduct(
            rows: rows, outputs: 4 * hidden, inputs: $0, dGates, $1, to: gradients,
            at: $2.lowerBound, on: engine)
        }
      } ?? [])
  }

  func refresh() throws {
    weights.sumBiases(into: bias)
    for product in [fromInput, fromState, toInput, toState] { try product?.refresh() }
  }

  func runForward() throws {
    let (steps, lanes, hidden) = (buffers.steps, buffers.lanes, buffers.hidden)
    let width = lanes * hidden
    for row in 0..<(steps * lanes) { gates.copy(bias, at: row * 4 * hidden) }
    if let rounded {
      rounded.input.round(buffers.input.count, from: buffers.input.address())
      rounded.states.round(width, from: buffers.state.address())
      try fromInput.run(from: rounded.input.address(), to: gates.address())
    } else {
      try fromInput.run(from: buffers.input.address(), to: gates.address())
    }
    var (state, cell) = (buffers.state.address(), buffers.cell.address())
    for step in 0..<steps {
      let now = stepCell(step)
      if let rounded {
        try fromState.run(from: rounded.states.address(step * width), to: now.gates)
      } else {
        try fromState.run(from: state, to: now.gates)
      }
      state = buffers.output.address(step * width)
      now.runForward(
        from: cell, to: state, rounded: rounded?.states.address((step + 1) * width))
      cell = now.cell
    }
    buffers.nextState.copy(width, from: state)
    buffers.nextCell.copy(width, from: cell)
  }

  private func stepCell(_ step: Int) -> LSTMCell {
    let width = buffers.lanes * buffers.hidden
    return LSTMCell(
      hidden: buffers.hidden, lanes: buffers.lanes, gates: gates.address(step * 4 * width),
      cell: cells.address(step * width), squashed: squashed.address(step * width))
  }

  func runBackward() throws {
    guard let gradients = weights.gradients, let toInput, let toState else { return }
    let width = buffers.lanes * buffers.hidden
    // No gradient comes back from beyond the last step: that is what truncates it.
    dState.zero()
    dCell.zero()
    for step in (0..<buffers.steps).reversed() {
      let now = stepCell(step)
      let dGates = rounded?.dGates.address(step * 4 * width)
      now.runBackward(
        from: step > 0 ? cells.address((step - 1) * width) : buffers.cell.address(),
        dOutput: buffers.dOutput.address(step * width), dState: dState.address(),
        dCell: dCell.address(), rounded: dGates)
      dState.zero()
      if let dGates {
        try toState.run(from: dGates, to: dState.address())
      } else {
        try toState.run(from: now.gates, to: dState.address())
      }
    }
    buffers.dInput.zero()
    if let rounded {
      try toInput.run(from: rounded.dGates.address(), to: buffers.dInput.address())
      for product in rounded.gradients { try product.run() }
    } else {
      try toInput.run(from: gates.address(), to: buffers.dInput.address())
      try multiplyGradients(into: gradients)
    }
    gatherBias(gradients)
  }

  /// The gradients of the weights in 32 bits.
  private func multiplyGradients(into gradients: FloatBuffer) throws {
    let (lanes, hidden, inputs) = (buffers.lanes, buffers.hidden, buffers.inputSize)
    let rows = buffers.steps * lanes
    // dW [4H, I] = dgatesᵀ [4H, R] · x [R, I]
    let (inputRange, stateRange) = (weights.ranges[0], weights.ranges[1])
    try multiply(
      "T", "N", 4 * hidden, inputs, rows, gates.address(), 4 * hidden, buffers.input.address(),
      inputs, 0, gradients.address(inputRange.lowerBound), inputs)
    // The same with h before each step: first that before the chunk, then all outputs but the last.
    let target = gradients.address(stateRange.lowerBound)
    try multiply(
      "T", "N", 4 * hidden, hidden, lanes, gates.address(), 4 * hidden, buffers.state.address(),
      hidden, 0, target, hidden)
    guard buffers.steps > 1 else { return }
    try multiply(
      "T", "N", 4 * hidden, hidden, rows - lanes, gates.address(4 * lanes * hidden), 4 * hidden,
      buffers.output.address(), hidden, 1, target, hidden)
  }

  /// The gradients of both biases: dgates summed over all rows.
  private func gatherBias(_ gradients: FloatBuffer) {
    let (rows, width) = (buffers.steps * buffers.lanes, 4 * buffers.hidden)
    let (first, second) = (weights.ranges[2].lowerBound, weights.ranges[3].lowerBound)
    gradients.sumRows(rows, of: gates.address(), width: width, at: first)
    gradients.copy(width, from: gradients.address(first), at: second)
  }
}
