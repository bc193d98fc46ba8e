import Foundation

/// A linear layer on top of a stack: `top` `[R, H]` → `output` `[R, W]`.
///
/// Its rows are dealt out to shards, each with a product of its own on one thread; the gradients of
/// the weights are summed over all rows together.
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
  }

  private let shards: [Shard]
  private let hidden: Int
  private let parameters: FloatBuffer
  /// Where the weights `[W, H]` and the biases `[W]` begin among the parameters.
  private let weight: Int
  private let bias: Int
  /// `[r, H]` → `[r, W]`, and back, one for each shard.
  private let up: [PackedProduct]
  private let down: [PackedProduct]
  /// In place of `up` in 8 bits.
  private let quantised: [QuantisedProduct]

  /// The layer `name` of a network of `shape`, without any rows when the shape has no such layer.
  init(
    _ name: String, of shape: NetworkShape, shards: [Shard], training: Bool,
    parameters: FloatBuffer, precision: Precision
  ) throws {
    let offsets = shape.offsets
    weight = (offsets[name + ".weight"] ?? 0..<0).lowerBound
    let biases = offsets[name + ".bias"] ?? 0..<0
    bias = biases.lowerBound
    let (width, hidden, weight) = (biases.count, shape.hidden, weight)
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
            outputs: forward ? width : hidden, weights: parameters, from: weight,
            transposed: forward, sharing: products.first, on: shard.engine))
      }
    }
    quantised =
      precision != .int8
      ? []
      : shards.reduce(into: []) { products, shard in
        products.append(
          QuantisedProduct(
            rows: shard.rows.count, parts: [.init(inputs: hidden, start: weight)],
            outputs: width, parameters: parameters, sharing: products.first))
      }
    up = quantised.isEmpty ? try products(forward: true) : []
    down = training ? try products(forward: false) : []
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
    let bias = parameters.address(bias)
    for row in rows { output.copy(width, from: bias, at: row * width) }
    let source = top.address(rows.lowerBound * hidden)
    let target = output.address(rows.lowerBound * width)
    if quantised.isEmpty {
      try up[shard].run(from: source, to: target)
    } else {
      quantised[shard].run(from: [source], to: target)
    }
  }

  /// dTop += doutput · W on a shard's rows; ``output`` holds its own gradients.
  func runBackward(shard: Int, to dTop: FloatBuffer) throws {
    guard width > 0 else { return }
    let first = shards[shard].rows.lowerBound
    try down[shard].run(from: output.address(first * width), to: dTop.address(first * hidden))
  }

  /// Writes the gradients of the weights, doutputᵀ · top, and of the biases.
  func sumGradients(from top: FloatBuffer, to gradients: FloatBuffer) throws {
    guard width > 0 else { return }
    let (width, hidden, output, weight) = (width, hidden, output, weight)
    let rows = output.count / width
    // Few rows are not worth a second thread.
    let parts = width < 64 ? 1 : ProcessInfo.processInfo.activeProcessorCount
    try sideBySide(parts) { index in
      let part = (width * index / parts)..<(width * (index + 1) / parts)
      try multiply(
        "T", "N", part.count, hidden, rows, output.address(part.lowerBound), width,
        top.address(), hidden, 0, gradients.address(weight + part.lowerBound * hidden), hidden)
    }
    gradients.zero(from: bias, count: width)
    let dBias = unsafe gradients.pointer + bias
    for row in 0..<rows {
      let source = unsafe output.pointer + row * width
      for index in 0..<width { unsafe dBias[index] += source[index] }
    }
  }
}
