/// A linear layer on top of a stack: `top` `[R, H]` → `output` `[R, W]`.
///
/// Its rows are dealt out to shards, each with products of its own on one thread and its own part of
/// the weights' gradients.
@safe
final class LinearLayer: @unchecked Sendable {
  /// Outputs of a row, `W`.
  let width: Int
  /// `[R, W]`; before the way back the place for its gradients.
  let output: FloatBuffer

  /// Some of the rows, on one engine.
  struct Shard {
    var rows: Range<Int>
    var engine: Engine
    /// Where the gradients of the network's weights from these rows go; empty when only run forward.
    var gradients: FloatBuffer
  }

  private let shards: [Shard]
  private let hidden: Int
  private let parameters: FloatBuffer
  /// Where the weights `[W, H]` and the biases `[W]` are among the parameters.
  private let weights: Range<Int>
  private let biases: Range<Int>
  /// `[r, H]` → `[r, W]`, and back, one for each shard.
  private let up: [PackedProduct]
  private let down: [PackedProduct]
  /// In place of `up` in 8 bits.
  private let quantised: [QuantisedProduct]
  /// What each shard's products read in bfloat16; none in 32 bits.
  private let rounded: [Rounded]

  /// A shard's rows in bfloat16.
  private struct Rounded {
    /// `[r, H]`
    let top: RoundedBuffer
    /// Gradients of the output, `[r, W]`; empty when only run forward.
    let dOutput: RoundedBuffer
    /// That of the weights.
    let gradient: GradientProduct?
  }

  /// The layer `name` of a network of `shape`, without any rows when the shape has no such layer.
  init(
    _ name: String, of shape: NetworkShape, shards: [Shard], training: Bool,
    parameters: FloatBuffer, precision: Precision
  ) throws {
    let offsets = shape.offsets
    let (weights, biases) = (
      offsets[name + ".weight"] ?? 0..<0, offsets[name + ".bias"] ?? 0..<0
    )
    let (width, hidden) = (biases.count, shape.hidden)
    self.weights = weights
    self.biases = biases
    self.width = width
    self.hidden = hidden
    self.parameters = parameters
    let shards = width > 0 ? shards : []
    self.shards = shards
    output = FloatBuffer(count: shards.reduce(0) { $0 + $1.rows.count } * width)
    func products(forward: Bool) throws -> [PackedProduct] {
      try shards.reduce(into: []) { products, shard in
        products.append(
          try PackedProduct(
            rows: shard.rows.count, inputs: forward ? hidden : width,
            outputs: forward ? width : hidden, weights: parameters, from: weights.lowerBound,
            transposed: forward, precision: precision.ofProducts, sharing: products.first,
            on: shard.engine))
      }
    }
    quantised =
      precision != .int8
      ? []
      : shards.reduce(into: []) { products, shard in
        products.append(
          QuantisedProduct(
            rows: shard.rows.count, parts: [.init(inputs: hidden, start: weights.lowerBound)],
            outputs: width, parameters: parameters, sharing: products.first))
      }
    up = quantised.isEmpty ? try products(forward: true) : []
    down = training ? try products(forward: false) : []
    rounded =
      precision.ofProducts != .bfloat16
      ? []
      : try shards.map { shard in
        let count = shard.rows.count
        let top = RoundedBuffer(count: count * hidden)
        let dOutput = RoundedBuffer(count: training ? count * width : 0)
        return Rounded(
          top: top, dOutput: dOutput,
          gradient: training
            ? try GradientProduct(
              rows: count, outputs: width, inputs: hidden, dOutput, top, to: shard.gradients,
              at: weights.lowerBound, on: shard.engine) : nil)
      }
  }

  /// Takes over weights that have changed, for one shard.
  func refresh(shard: Int) throws {
    guard width > 0 else { return }
    if !up.isEmpty { try up[shard].refresh() }
    if !down.isEmpty { try down[shard].refresh() }
    if !quantised.isEmpty { quantised[shard].refresh() }
  }

  /// output = top · Wᵀ + b on a shard's rows.
  func run(shard: Int, from top: FloatBuffer) throws {
    guard width > 0 else { return }
    let rows = shards[shard].rows
    let bias = parameters.address(biases.lowerBound)
    for row in rows { output.copy(width, from: bias, at: row * width) }
    let source = top.address(rows.lowerBound * hidden)
    let target = output.address(rows.lowerBound * width)
    if !quantised.isEmpty {
      quantised[shard].run(from: [source], to: target)
    } else if !rounded.isEmpty {
      rounded[shard].top.round(rows.count * hidden, from: source)
      try up[shard].run(from: rounded[shard].top.address(), to: target)
    } else {
      try up[shard].run(from: source, to: target)
    }
  }

  /// dTop += doutput · W, and the gradients of the weights, doutputᵀ · top, and of the biases, all of
  /// a shard's rows; ``output`` holds its own gradients.
  func runBackward(shard: Int, from top: FloatBuffer, to dTop: FloatBuffer) throws {
    guard width > 0 else { return }
    let (rows, gradients) = (shards[shard].rows, shards[shard].gradients)
    let dOutput = output.address(rows.lowerBound * width)
    let target = dTop.address(rows.lowerBound * hidden)
    if !rounded.isEmpty {
      let rounded = rounded[shard]
      rounded.dOutput.round(rows.count * width, from: dOutput)
      try down[shard].run(from: rounded.dOutput.address(), to: target)
      try rounded.gradient?.run()
    } else {
      try down[shard].run(from: dOutput, to: target)
      try multiply(
        "T", "N", width, hidden, rows.count, dOutput, width,
        top.address(rows.lowerBound * hidden), hidden, 0, gradients.address(weights.lowerBound),
        hidden)
    }
    gradients.sumRows(rows.count, of: dOutput, width: width, at: biases.lowerBound)
  }
}
