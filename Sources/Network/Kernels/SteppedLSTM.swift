import COneDNN

/// An LSTM layer computed step by step from matrix products.
///
/// Forward, W_i x is computed for a block of steps at once, as many as stay in a processor's cache until they
/// are needed; W_h h is added a step at a time. Backward, only dh goes step by step, and all other gradients
/// are products over all steps. oneDNN's own primitive accumulates the weights' gradients at each step
/// instead, which for few lanes is most of its work; `Tests/Benchmarks` times both.
///
/// The layer's outputs are split among the threads of a ``ThreadPool``, which synchronise after each step. So
/// each thread reads only its own part of W_h, which stays in its processor's cache; split by lanes,
/// each would read all of W_h at each step. Forward-only in bfloat16 there are two parts for each
/// thread, so that a slower thread takes fewer. In 32 bits smaller parts cost more than that gains, and
/// in training they gain nothing.
///
/// In bfloat16 the operands of all products are rounded to it; everything else is in 32 bits.
@safe
final class SteppedLSTM: LSTMKernel {
  private let buffers: LSTMBuffers
  private let weights: LSTMWeights
  private let team: ThreadPool
  private let parts: [Part]
  /// x, `[T, N, I]`, and h before each step and after the last, `[T + 1, N, H]`, in bfloat16; empty in
  /// 32 bits. `input` is `nil` when `states` is shared with the layer below, whose h there is this layer's x.
  private let input: RoundedBuffer?
  private let states: RoundedBuffer
  /// The gates' gradients, `[T, N, 4H]`, in 32 bits or in bfloat16; empty in a forward-only layer.
  private let dGates: FloatBuffer
  private let roundedDGates: RoundedBuffer
  private let precision: Precision

  /// Whether this is the fastest kernel for a layer on this machine: whenever H is a multiple of the cell's
  /// vectors and our products support `precision` natively.
  static func isBest(for buffers: LSTMBuffers, _ precision: Precision) -> Bool {
    buffers.hidden % LSTMCell.width == 0 && precision.ofProducts == precision
  }

  /// How many parts a layer of `hidden` outputs is split into: each a multiple of 16
  /// outputs, and at least 64.
  static func parts(of hidden: Int, threads: Int) -> Int {
    (1...max(1, threads)).last { hidden % ($0 * 16) == 0 && hidden / $0 >= 64 } ?? 1
  }

  /// How many steps' inputs are multiplied at once, a divisor of `steps`.
  static func block(of steps: Int, lanes: Int) -> Int {
    (1...steps).last { steps % $0 == 0 && $0 * lanes <= mostRows } ?? 1
  }

  /// Rows of a block at most: enough for an efficient product, while the gates of a part of 256 outputs,
  /// 128 · 4 · 256 floats, are half a megabyte.
  private static let mostRows = 128

  /// - Parameter other: The layer below. If it has as many outputs, this one shares its scratch memory: the
  ///   buffers whose contents are not needed after a forward-only run, or in training after the backward
  ///   pass.
  init(
    _ buffers: LSTMBuffers, _ weights: LSTMWeights, precision: Precision,
    sharing other: SteppedLSTM? = nil, on team: ThreadPool
  ) throws {
    self.buffers = buffers
    self.weights = weights
    self.team = team
    let precision = precision.ofProducts
    self.precision = precision
    let (hidden, lanes, inputs) = (buffers.hidden, buffers.lanes, buffers.inputSize)
    let rows = buffers.steps * lanes
    let isRounded = precision == .bfloat16
    let other = other?.buffers.hidden == hidden ? other : nil
    let sharedBelow = weights.gradients == nil ? other : nil
    input = sharedBelow == nil ? RoundedBuffer(count: isRounded ? rows * inputs : 0) : nil
    states = sharedBelow?.states ?? RoundedBuffer(count: isRounded ? (rows + lanes) * hidden : 0)
    let gateCount = weights.gradients == nil ? 0 : rows * 4 * hidden
    dGates = .shared(other?.dGates, count: isRounded ? 0 : gateCount)
    roundedDGates = other?.roundedDGates ?? RoundedBuffer(count: isRounded ? gateCount : 0)
    let splitsFiner = weights.gradients == nil && isRounded && buffers.steps > 1 && team.threads > 1
    let count = Self.parts(of: hidden, threads: (splitsFiner ? 2 : 1) * team.threads)
    let engines = try (0..<count).map { _ in try Engine() }
    parts = try engines.enumerated().reduce(into: []) { parts, each in
      parts.append(
        try Part(
          each.offset, of: count, buffers, weights, precision: precision, sharing: parts.first,
          memoryOf: other?.parts[each.offset], on: each.element))
    }
    guard let gradients = weights.gradients else { return }
    for (part, engine) in zip(parts, engines) where !isRounded {
      for (source, first) in [(buffers.input, 0), (buffers.output, lanes)] where rows > first {
        part.gradients.append(
          try GradientProduct(
            rows: rows - first, outputs: 4 * part.units.count,
            inputs: first == 0 ? inputs : hidden, part.gates, at: first * 4 * part.units.count,
            source, to: part.scratch, on: engine))
      }
    }
    guard isRounded, let input else { return }
    for (part, engine) in zip(parts, engines) {
      part.gradients = try [(inputs, input, weights.input), (hidden, states, weights.hidden)]
        .flatMap {
          width, source, place in
          try (0..<4).map { gate in
            try GradientProduct(
              rows: rows, outputs: part.units.count, inputs: width, part.gateGradients,
              at: gate * rows * part.units.count, source, to: gradients,
              at: place.lowerBound
                + (gate * hidden + part.units.lowerBound) * width, on: engine)
          }
        }
    }
  }

  /// Does `work` for each part and waits for all.
  private func share(isLong: Bool = false, _ work: (Part) throws -> Void) throws {
    try team.share(parts.count, isLong: isLong) { try work(parts[$0]) }
  }

  func refresh() throws {
    try share(isLong: true) { part in
      weights.sumBiases(of: part.units, into: part.bias)
      for product in [part.fromInput, part.fromState, part.toInput, part.toState] {
        try product?.refresh()
      }
    }
  }

  // MARK: - Forward

  func runForward() throws {
    let (steps, lanes, hidden) = (buffers.steps, buffers.lanes, buffers.hidden)
    let rows = steps * lanes
    if precision == .bfloat16 {
      let width = buffers.inputSize
      if let input {
        try team.inParts(rows, isLong: steps > 1) { range in
          input.round(
            range.count * width, from: buffers.input.address(range.lowerBound * width),
            at: range.lowerBound * width)
        }
      }
      states.round(lanes * hidden, from: buffers.state.address())
    }
    for part in parts { setCell(part) }
    let block = Self.block(of: steps, lanes: lanes)
    for step in 0..<steps {
      if step % block == 0 {
        try share(isLong: steps > 1) { try runInput($0, from: step) }
      }
      try share { try runStep(step, $0) }
    }
    for part in parts { takeCell(part) }
  }

  /// Copies c before the first step to the part.
  private func setCell(_ part: Part) {
    let (first, count) = (part.units.lowerBound, part.units.count)
    for lane in 0..<buffers.lanes {
      part.cells.copy(
        count, from: buffers.cell.address(lane * buffers.hidden + first), at: lane * count)
    }
  }

  /// Computes W_i x + b of a block of steps, into the gates.
  private func runInput(_ part: Part, from step: Int) throws {
    let (lanes, hidden, inputs) = (buffers.lanes, buffers.hidden, buffers.inputSize)
    let gates = part.gates(ofStep: step, lanes: lanes)
    if precision == .bfloat16 {
      try part.fromInput.run(
        from: input?.address(step * lanes * inputs) ?? states.address((step + 1) * lanes * hidden),
        to: gates)
    } else {
      try part.fromInput.run(from: buffers.input.address(step * lanes * inputs), to: gates)
    }
  }

  private func runStep(_ step: Int, _ part: Part) throws {
    let width = buffers.lanes * buffers.hidden
    let now = part.cell(step, of: buffers)
    let first = part.units.lowerBound
    let isRounded = precision == .bfloat16
    if isRounded {
      try part.fromState.run(from: states.address(step * width), to: now.gates)
    } else {
      try part.fromState.run(
        from: step > 0 ? buffers.output.address((step - 1) * width) : buffers.state.address(),
        to: now.gates)
    }
    now.runForward(
      from: part.cell(before: step, of: buffers),
      to: buffers.output.address(step * width + first),
      rounded: isRounded ? states.address((step + 1) * width + first) : nil)
  }

  /// Copies c after the last step from the part.
  private func takeCell(_ part: Part) {
    let (lanes, count) = (buffers.lanes, part.units.count)
    let last = part.cell(before: buffers.steps, of: buffers)
    for lane in 0..<lanes {
      buffers.nextCell.copy(
        count, from: last.advanced(by: lane * count),
        at: lane * buffers.hidden + part.units.lowerBound)
    }
  }

  func carry() { buffers.carry() }

  // MARK: - Back

  func runBackward() throws {
    guard let gradients = weights.gradients else { return }
    for part in parts {
      // Truncated back-propagation: no gradient comes from beyond the last step.
      part.dState.zero()
      part.dCell.zero()
    }
    for step in (0..<buffers.steps).reversed() { try share { try runBack(step, $0) } }
    try share(isLong: true) { part in
      try multiplyBack(part)
      try gatherWeights(part, to: gradients)
      gatherBias(part, to: gradients)
    }
  }

  /// Computes the gates' gradients at a step from those at the next step.
  private func runBack(_ step: Int, _ part: Part) throws {
    let (hidden, lanes) = (buffers.hidden, buffers.lanes)
    let (width, first) = (lanes * hidden, part.units.lowerBound)
    let isRounded = precision == .bfloat16
    if step + 1 < buffers.steps {
      part.dState.zero()
      let later = (step + 1) * 4 * width
      if isRounded {
        try part.toState?.run(from: roundedDGates.address(later), to: part.dState.address())
      } else {
        try part.toState?.run(from: dGates.address(later), to: part.dState.address())
      }
    }
    part.cell(step, of: buffers).runBackward(
      from: part.cell(before: step, of: buffers),
      dOutput: buffers.dOutput.address(step * width + first), dState: part.dState.address(),
      dCell: part.dCell.address(),
      to: isRounded
        ? LSTMCell.GateGradients(
          rounded: (
            roundedDGates.address(step * 4 * width + first),
            part.gateGradients.address(step * lanes * part.units.count),
            buffers.steps * lanes * part.units.count
          ))
        : LSTMCell.GateGradients(shared: dGates.address(step * 4 * width + first)))
  }

  /// Computes dx of the part's rows.
  private func multiplyBack(_ part: Part) throws {
    let (rows, inputs) = (part.inputRows, buffers.inputSize)
    let source = rows.lowerBound * 4 * buffers.hidden
    let target = buffers.dInput.address(rows.lowerBound * inputs)
    buffers.dInput.zero(from: rows.lowerBound * inputs, count: rows.count * inputs)
    if precision == .bfloat16 {
      try part.toInput?.run(from: roundedDGates.address(source), to: target)
    } else {
      try part.toInput?.run(from: dGates.address(source), to: target)
    }
  }

  /// Computes the gradients of W_i and W_h for the part's outputs.
  private func gatherWeights(_ part: Part, to gradients: FloatBuffer) throws {
    guard precision != .bfloat16 else { return try part.gradients.forEach { try $0.run() } }
    try part.gradients[0].run()
    take(part, to: weights.input, width: buffers.inputSize, of: gradients)
    // For W_h with h before each step: the layer's outputs at all steps but the last, and the initial h.
    let (width, outputs) = (buffers.hidden, 4 * part.units.count)
    let isLonger = part.gradients.count > 1
    if isLonger { try part.gradients[1].run() }
    try multiply(
      "T", "N", outputs, width, buffers.lanes, part.gates.address(), outputs,
      buffers.state.address(), width, isLonger ? 1 : 0, part.scratch.address(), width)
    take(part, to: weights.hidden, width: width, of: gradients)
  }

  /// Copies dW from the part's scratch to the rows of its outputs in the gradient of W_i or W_h.
  private func take(
    _ part: Part, to place: Range<Int>, width: Int, of gradients: FloatBuffer
  ) {
    let size = part.units.count * width
    for gate in 0..<4 {
      gradients.copy(
        size, from: part.scratch.address(gate * size),
        at: place.lowerBound
          + (gate * buffers.hidden + part.units.lowerBound) * width)
    }
  }

  /// Computes the gradients of both biases for the part's outputs: the gates' gradients summed over all rows.
  private func gatherBias(_ part: Part, to gradients: FloatBuffer) {
    let (first, count) = (part.units.lowerBound, part.units.count)
    let sums = FloatBuffer(count: 4 * count)
    sums.sumRows(
      buffers.steps * buffers.lanes, of: part.gates.address(), width: 4 * count, at: 0)
    for gate in 0..<4 {
      for bias in [weights.inputBias, weights.hiddenBias] {
        gradients.copy(
          count, from: sums.address(gate * count),
          at: bias.lowerBound + gate * buffers.hidden + first)
      }
    }
  }
}
