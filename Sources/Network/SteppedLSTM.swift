import COneDNN

/// An LSTM layer computed step by step from matrix products, for processors without AVX-512, where
/// oneDNN has no kernel of its own for the layer. `Tests/Benchmarks` times both.
///
/// The inputs of all steps are multiplied at once; what h gives to the gates is added a step at a
/// time. Back through time only dh goes step by step, and all other gradients are products over
/// all steps.
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

  /// Whether this is the faster kernel for a layer here.
  static func isBest(for buffers: LSTMBuffers, _ precision: Precision) -> Bool {
    precision == .float32 && !Precision.hasLSTMKernels && buffers.hidden % LSTMCell.width == 0
  }

  /// - Parameter other: The kernel of other lanes of the same layer, whose copies of the weights are
  ///   used.
  init(
    _ buffers: LSTMBuffers, _ weights: LSTMWeights, sharing other: SteppedLSTM?,
    on engine: Engine
  ) throws {
    self.buffers = buffers
    self.weights = weights
    let (hidden, lanes, rows) = (buffers.hidden, buffers.lanes, buffers.steps * buffers.lanes)
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
        weights: weights.parameters, from: range.lowerBound, transposed: !back, sharing: other,
        on: engine)
    }
    let (inputWeights, stateWeights) = (weights.ranges[0], weights.ranges[1])
    fromInput = try product(
      rows, inputWeights, buffers.inputSize, back: false, other?.fromInput)
    fromState = try product(lanes, stateWeights, hidden, back: false, other?.fromState)
    guard weights.gradients != nil else {
      toInput = nil
      toState = nil
      return
    }
    toInput = try product(rows, inputWeights, buffers.inputSize, back: true, other?.toInput)
    toState = try product(lanes, stateWeights, hidden, back: true, other?.toState)
  }

  func refresh() throws {
    weights.sumBiases(into: bias)
    for product in [fromInput, fromState, toInput, toState] { try product?.refresh() }
  }

  func runForward() throws {
    let (steps, lanes, hidden) = (buffers.steps, buffers.lanes, buffers.hidden)
    let width = lanes * hidden
    for row in 0..<(steps * lanes) { gates.copy(bias, at: row * 4 * hidden) }
    try fromInput.run(from: buffers.input.address(), to: gates.address())
    var (state, cell) = (buffers.state.address(), buffers.cell.address())
    for step in 0..<steps {
      let now = LSTMCell(
        hidden: hidden, lanes: lanes, gates: gates.address(step * 4 * width),
        cell: cells.address(step * width), squashed: squashed.address(step * width))
      try fromState.run(from: state, to: now.gates)
      state = buffers.output.address(step * width)
      now.runForward(from: cell, to: state)
      cell = now.cell
    }
    buffers.nextState.copy(width, from: state)
    buffers.nextCell.copy(width, from: cell)
  }

  func runBackward() throws {
    guard let gradients = weights.gradients, let toInput, let toState else { return }
    let (steps, lanes, hidden) = (buffers.steps, buffers.lanes, buffers.hidden)
    let (width, rows, inputs) = (lanes * hidden, steps * lanes, buffers.inputSize)
    // No gradient comes back from beyond the last step: that is what truncates it.
    dState.zero()
    dCell.zero()
    for step in (0..<steps).reversed() {
      let now = LSTMCell(
        hidden: hidden, lanes: lanes, gates: gates.address(step * 4 * width),
        cell: cells.address(step * width), squashed: squashed.address(step * width))
      now.runBackward(
        from: step > 0 ? cells.address((step - 1) * width) : buffers.cell.address(),
        dOutput: buffers.dOutput.address(step * width), dState: dState.address(),
        dCell: dCell.address())
      dState.zero()
      try toState.run(from: now.gates, to: dState.address())
    }
    buffers.dInput.zero()
    try toInput.run(from: gates.address(), to: buffers.dInput.address())
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
    if steps > 1 {
      try multiply(
        "T", "N", 4 * hidden, hidden, rows - lanes, gates.address(4 * width), 4 * hidden,
        buffers.output.address(), hidden, 1, target, hidden)
    }
    gatherBias(gradients)
  }

  /// The gradients of both biases: dgates summed over all rows.
  private func gatherBias(_ gradients: FloatBuffer) {
    let (rows, width) = (buffers.steps * buffers.lanes, 4 * buffers.hidden)
    let (first, second) = (weights.ranges[2].lowerBound, weights.ranges[3].lowerBound)
    gradients.zero(from: first, count: width)
    let sums = unsafe gradients.pointer + first
    for row in 0..<rows {
      let source = unsafe gates.pointer + row * width
      for index in 0..<width { unsafe sums[index] += source[index] }
    }
    gradients.copy(width, from: gradients.address(first), at: second)
  }
}

/// What an LSTM layer does in one step besides its matrix products.
@safe
struct LSTMCell {
  typealias Vector = SIMD8<Float>
  /// The outputs that are computed side by side.
  static var width: Int { Vector.scalarCount }

  let hidden: Int
  let lanes: Int
  /// i, f, g and o, `[N, 4H]`: sums before, the gates after the forward pass, and their gradients
  /// after the backward pass.
  let gates: FloatAddress
  /// c after the step, and tanh c, `[N, H]` each.
  let cell: FloatAddress
  let squashed: FloatAddress

  /// - Parameters:
  ///   - before: c before the step, `[N, H]`.
  ///   - output: h after it.
  func runForward(from before: FloatAddress, to output: FloatAddress) {
    forEachVector { gate, index in
      let input = Activation.logistic(gates[gate])
      let forget = Activation.logistic(gates[gate + hidden])
      let candidate = Activation.tanh(gates[gate + 2 * hidden])
      let open = Activation.logistic(gates[gate + 3 * hidden])
      let next = forget * before[index] + input * candidate
      let bounded = Activation.tanh(next)
      gates.set(gate, input)
      gates.set(gate + hidden, forget)
      gates.set(gate + 2 * hidden, candidate)
      gates.set(gate + 3 * hidden, open)
      cell.set(index, next)
      squashed.set(index, bounded)
      output.set(index, open * bounded)
    }
  }

  /// - Parameters:
  ///   - before: c before the step.
  ///   - dOutput: The gradient of h from above.
  ///   - dState: That from the step after.
  ///   - dCell: The gradient of c, after the step and then before it.
  func runBackward(
    from before: FloatAddress, dOutput: FloatAddress, dState: FloatAddress, dCell: FloatAddress
  ) {
    forEachVector { gate, index in
      let (input, forget) = (gates[gate], gates[gate + hidden])
      let (candidate, open) = (gates[gate + 2 * hidden], gates[gate + 3 * hidden])
      let bounded = squashed[index]
      let dHidden = dOutput[index] + dState[index]
      let dNext = dCell[index] + dHidden * open * (1 - bounded * bounded)
      gates.set(gate, dNext * candidate * input * (1 - input))
      gates.set(gate + hidden, dNext * before[index] * forget * (1 - forget))
      gates.set(gate + 2 * hidden, dNext * input * (1 - candidate * candidate))
      gates.set(gate + 3 * hidden, dHidden * bounded * open * (1 - open))
      dCell.set(index, dNext * forget)
    }
  }

  /// Calls `body` with the places of i and of h, for all lanes and outputs.
  @inline(__always)
  private func forEachVector(_ body: (_ gate: Int, _ index: Int) -> Void) {
    for lane in 0..<lanes {
      for unit in stride(from: 0, to: hidden, by: Self.width) {
        body(lane * 4 * hidden + unit, lane * hidden + unit)
      }
    }
  }
}

extension FloatAddress {
  /// Eight floats from `index` on.
  @inline(__always)
  subscript(index: Int) -> LSTMCell.Vector {
    unsafe UnsafeRawPointer(pointer + index).loadUnaligned(as: LSTMCell.Vector.self)
  }

  @inline(__always)
  func set(_ index: Int, _ value: LSTMCell.Vector) {
    unsafe UnsafeMutableRawPointer(pointer + index).storeBytes(
      of: value, as: LSTMCell.Vector.self)
  }
}
