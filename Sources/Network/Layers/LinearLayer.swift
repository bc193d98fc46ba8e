/// A linear layer on top of a stack: `top` `[R, H]` → `output` `[R, W]`.
///
/// Its rows are shared by the threads of a ``ThreadPool``; for the weights' gradients its outputs are.
@safe
final class LinearLayer {
  /// Outputs of a row, `W`.
  let width: Int
  /// `[R, W]`; the caller replaces it by its gradients before the backward pass.
  let output: FloatBuffer

  private let team: ThreadPool
  private let parts: [Part]
  private let isLong: Bool
  private let rows: Int
  private let hidden: Int
  private let parameters: FloatBuffer
  /// The network's gradients; empty in a forward-only network.
  private let gradients: FloatBuffer
  /// The ranges of the weights `[W, H]` and the biases `[W]` among the parameters.
  private let weights: Range<Int>
  private let biases: Range<Int>
  /// The product in 8 bits, which then replaces ``parts``.
  private let quantised: QuantisedProduct?
  /// The products' operands in bfloat16, `[R, H]` and `[R, W]`; `nil` in 32 bits.
  private let rounded: (top: RoundedBuffer, dOutput: RoundedBuffer)?

  /// The share of one thread.
  private struct Part {
    var rows: Range<Int>
    /// The outputs whose weights' gradients this part computes.
    var outputs: Range<Int>
    /// Forward, `[r, H]` → `[r, W]`, and backward, `[r, W]` → `[r, H]`.
    var up: PackedProduct
    var down: PackedProduct?
    /// In bfloat16 only: its outputs' gradients `[R, w]`, and the product for the weights' gradients.
    var columns: RoundedBuffer?
    var gradient: GradientProduct?
  }

  /// The layer `name` of a network of `shape`; with 0 rows when the shape has no such layer.
  ///
  /// - Parameter isLong: Whether the rows are those of many steps.
  init(
    _ name: String, of shape: NetworkShape, rows: Int, isLong: Bool, parameters: FloatBuffer,
    gradients: FloatBuffer, precision: Precision, on team: ThreadPool
  ) throws {
    let offsets = shape.offsets
    let (weights, biases) = (
      offsets[name + ".weight"] ?? 0..<0, offsets[name + ".bias"] ?? 0..<0
    )
    let (width, hidden, isTrained) = (biases.count, shape.hidden, gradients.count > 0)
    self.weights = weights
    self.biases = biases
    self.width = width
    self.hidden = hidden
    self.parameters = parameters
    self.gradients = gradients
    self.team = team
    self.isLong = isLong
    let rows = width > 0 ? rows : 0
    self.rows = rows
    output = FloatBuffer(count: rows * width)
    guard rows > 0, precision != .int8 else {
      parts = []
      rounded = nil
      quantised =
        rows == 0
        ? nil
        : QuantisedProduct(
          rows: rows, parts: [.init(inputs: hidden, start: weights.lowerBound)],
          outputs: width, parameters: parameters, on: team)
      return
    }
    quantised = nil
    let precision = precision.ofProducts
    rounded =
      precision == .bfloat16
      ? (
        RoundedBuffer(count: rows * hidden), RoundedBuffer(count: isTrained ? rows * width : 0)
      ) : nil
    // Each thread reads all weights, so a few rows are no faster on two.
    let count = max(1, min(team.threads, rows / (precision == .bfloat16 ? 4 : 8)))
    let rounded = rounded
    parts = try (0..<count).reduce(into: []) { parts, index in
      let engine = try Engine()
      func share(_ whole: Int) -> Range<Int> {
        (whole * index / count)..<(whole * (index + 1) / count)
      }
      func product(_ matrix: Matrix, sharing other: PackedProduct?) throws -> PackedProduct {
        try PackedProduct(
          rows: share(rows).count, by: matrix, in: parameters, precision: precision,
          sharing: other, on: engine)
      }
      let outputs = share(width)
      var part = Part(
        rows: share(rows), outputs: outputs,
        up: try product(
          Matrix(transposed: [weights.lowerBound], outputs: width, inputs: hidden),
          sharing: parts.first?.up))
      if isTrained {
        part.down = try product(
          Matrix(columnsAt: weights.lowerBound, inputs: width, outputs: hidden, width: hidden),
          sharing: parts.first?.down)
        if let rounded {
          let columns = RoundedBuffer(count: rows * outputs.count)
          part.columns = columns
          part.gradient = try GradientProduct(
            rows: rows, outputs: outputs.count, inputs: hidden, columns, at: 0, rounded.top,
            to: gradients, at: weights.lowerBound + outputs.lowerBound * hidden, on: engine)
        }
      }
      parts.append(part)
    }
  }

  /// Repacks the weights after they have changed.
  func refresh() throws {
    quantised?.refresh()
    try share { part in
      try part.up.refresh()
      try part.down?.refresh()
    }
  }

  /// Computes ``output`` = top · Wᵀ + b.
  func run(from top: FloatBuffer) throws {
    let bias = parameters.address(biases.lowerBound)
    if let quantised {
      return try quantised.run(from: [top.address()], start: bias, to: output.address())
    }
    try share { part in
      for row in part.rows { output.copy(width, from: bias, at: row * width) }
      let first = part.rows.lowerBound
      let source = top.address(first * hidden)
      let target = output.address(first * width)
      guard let rounded else { return try part.up.run(from: source, to: target) }
      rounded.top.round(part.rows.count * hidden, from: source, at: first * hidden)
      try part.up.run(from: rounded.top.address(first * hidden), to: target)
    }
  }

  /// Computes dTop += dOutput · W, and the gradients of the weights, dOutputᵀ · top, and of the biases;
  /// dOutput is what ``output`` holds now.
  func runBackward(from top: FloatBuffer, to dTop: FloatBuffer) throws {
    try share { part in
      let first = part.rows.lowerBound
      let dOutput = output.address(first * width)
      let target = dTop.address(first * hidden)
      guard let rounded else {
        try part.down?.run(from: dOutput, to: target)
        return
      }
      rounded.dOutput.round(part.rows.count * width, from: dOutput, at: first * width)
      try part.down?.run(from: rounded.dOutput.address(first * width), to: target)
    }
    try share { part in
      let (first, count) = (part.outputs.lowerBound, part.outputs.count)
      if let gradient = part.gradient, let columns = part.columns {
        for row in 0..<rows {
          columns.round(count, from: output.address(row * width + first), at: row * count)
        }
        try gradient.run()
      } else {
        try multiply(
          "T", "N", count, hidden, rows, output.address(first), width, top.address(), hidden, 0,
          gradients.address(weights.lowerBound + first * hidden), hidden)
      }
      gradients.sumRows(
        rows, of: output.address(first), width: count, stride: width,
        at: biases.lowerBound + first)
    }
  }

  private func share(_ work: (Part) throws -> Void) throws {
    guard !parts.isEmpty else { return }
    try team.share(parts.count, isLong: isLong) { try work(parts[$0]) }
  }
}
