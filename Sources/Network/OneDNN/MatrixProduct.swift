import COneDNN

/// Computes C `[M, N]` = A · B + β C, row-major (`dnnl_sgemm`); "T" takes A or B transposed.
///
/// Strides are in floats, between rows as stored.
func multiply(
  _ transposeA: Character, _ transposeB: Character, _ m: Int, _ n: Int, _ k: Int,
  _ a: FloatAddress, _ strideA: Int, _ b: FloatAddress, _ strideB: Int, _ beta: Float,
  _ c: FloatAddress, _ strideC: Int
) throws {
  func letter(_ character: Character) -> CChar { character == "T" ? 84 : 78 }
  try unsafe check(
    woodshed_dnnl_sgemm(
      letter(transposeA), letter(transposeB), dnnl_dim_t(m), dnnl_dim_t(n), dnnl_dim_t(k), 1,
      a.pointer, dnnl_dim_t(strideA), b.pointer, dnnl_dim_t(strideB), beta, c.pointer,
      dnnl_dim_t(strideC)), "multiply matrices")
}

/// Where a matrix `[I, O]` is among a network's weights.
struct Matrix {
  let inputs: Int
  let outputs: Int
  /// Where it begins, or where each of its pieces does, which have equally many outputs.
  let starts: [Int]
  /// The distances between neighbouring outputs and inputs, in floats.
  let outputStride: Int
  let inputStride: Int

  /// The transpose of a matrix `[O, I]`, or of several runs of its rows.
  init(transposed starts: [Int], outputs: Int, inputs: Int) {
    self.init(
      inputs: inputs, outputs: outputs, starts: starts, outputStride: inputs, inputStride: 1)
  }

  /// Some of the columns of a matrix whose rows are `width` wide.
  init(columnsAt start: Int, inputs: Int, outputs: Int, width: Int) {
    self.init(
      inputs: inputs, outputs: outputs, starts: [start], outputStride: 1, inputStride: width)
  }

  private init(
    inputs: Int, outputs: Int, starts: [Int], outputStride: Int, inputStride: Int
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.starts = starts
    self.outputStride = outputStride
    self.inputStride = inputStride
  }
}

/// The product Y `[R, O]` += X `[R, I]` · W, or Y = X · W + b, with W packed once for the vector registers
/// and used many times.
///
/// Without AVX-512 oneDNN's matrix products repack W at each call, which for few rows costs more than the
/// product. Its convolutions never do, so this is a convolution: of an image of 1 × R pixels and I channels
/// with O kernels of one pixel.
@safe
final class PackedProduct {
  private let engine: Engine
  private let attributes: dnnl_primitive_attr_t
  private let x: Memory
  private let y: Memory
  private let product: Primitive
  /// W in the layout that the product reads.
  private let packed: Memory
  /// Packs W; `nil` when another product's packed copy is used.
  private let layOut: Reorder?
  /// Where W's pieces are, and the buffer that they are gathered in before packing;
  /// `nil` when W is one piece.
  private let pieces: (matrix: Matrix, weights: FloatBuffer, gathered: FloatBuffer)?

  /// - Parameters:
  ///   - rows: R.
  ///   - matrix: Where W is within `weights`.
  ///   - weights: The network's weights.
  ///   - bias: b; `nil` to add the product to Y.
  ///   - precision: The number format of X and of the packed W; Y is in 32 bits.
  ///   - scratch: A buffer to gather W's pieces in; by default a new one.
  ///   - other: A product with the same W, whose packed copy is used if it has the layout needed.
  init(
    rows: Int, by matrix: Matrix, in weights: FloatBuffer, plus bias: FloatBuffer? = nil,
    precision: Precision = .float32, gatheredIn scratch: FloatBuffer? = nil,
    sharing other: PackedProduct?, on engine: Engine
  ) throws {
    self.engine = engine
    unsafe attributes = try Engine.makeAttributes()
    let xShape = try Descriptor([1, matrix.inputs, 1, rows], dnnl_nhwc, precision)
    let yShape = try Descriptor([1, matrix.outputs, 1, rows], dnnl_nhwc)
    let biasShape = try bias.map { try Descriptor([$0.count], dnnl_a) }
    let anyWeights = try Descriptor(
      [matrix.outputs, matrix.inputs, 1, 1], dnnl_format_tag_any, precision)
    var descriptor: dnnl_primitive_desc_t?
    try unsafe check(
      woodshed_product_create(
        &descriptor, engine.engine, xShape.view, anyWeights.view, biasShape?.view, yShape.view,
        attributes),
      "prepare a matrix product")
    guard let descriptor = unsafe descriptor,
      let chosen = unsafe woodshed_weights(descriptor, 0)
    else {
      throw NetworkError.engine(
        action: "prepare a matrix product", status: dnnl_runtime_error.rawValue)
    }
    defer { unsafe woodshed_dnnl_primitive_desc_destroy(descriptor) }
    x = try unsafe Memory(movable: xShape.view, engine)
    y = try unsafe Memory(movable: yShape.view, engine)
    if let other, unsafe other.packed.lies(as: chosen) {
      packed = try unsafe Memory(chosen, engine, over: other.packed.buffer)
      pieces = nil
      layOut = nil
    } else {
      let isWhole = matrix.starts.count == 1
      let gathered =
        isWhole ? weights : scratch ?? FloatBuffer(count: matrix.outputs * matrix.inputs)
      pieces = isWhole ? nil : (matrix, weights, gathered)
      packed = try unsafe Memory(bytesOf: chosen, engine)
      let own = try Descriptor(
        [matrix.outputs, matrix.inputs, 1, 1],
        strides: [matrix.outputStride, matrix.inputStride, 1, 1])
      let source = try unsafe Memory(
        own.view, engine, over: gathered, from: isWhole ? matrix.starts[0] : 0,
        extent: own.extent)
      layOut = try unsafe Reorder(from: (own.view, source), to: (chosen, packed), engine)
    }
    var memories = [
      (Int32(DNNL_ARG_SRC), x), (Int32(DNNL_ARG_WEIGHTS), packed), (Int32(DNNL_ARG_DST), y),
    ]
    if let bias, let biasShape {
      memories.append(
        (Int32(DNNL_ARG_BIAS), try unsafe Memory(biasShape.view, engine, over: bias)))
    }
    product = try unsafe Primitive(descriptor, memories, engine)
  }

  deinit { unsafe woodshed_dnnl_primitive_attr_destroy(attributes) }

  /// Repacks W after the weights have changed.
  func refresh() throws {
    if let (matrix, weights, gathered) = pieces {
      let size = matrix.outputs * matrix.inputs / matrix.starts.count
      for (index, start) in matrix.starts.enumerated() {
        gathered.copy(size, from: weights.address(start), at: index * size)
      }
    }
    try layOut?.run(on: engine)
  }

  /// Computes the rows of Y at `target` from the rows of X at `source`.
  func run(from source: some NumberAddress, to target: FloatAddress) throws {
    try x.move(to: source)
    try y.move(to: target)
    try product.run(on: engine)
  }
}

/// The product C `[M, N]` = Aᵀ · B of A `[K, M]` and B `[K, N]`, both in bfloat16 or in 32 bits, with C in
/// 32: the gradient of some outputs' weights, from the gradients of those outputs and the inputs at all rows.
///
/// All three must be dense, as oneDNN's fast products need it.
@safe
final class GradientProduct {
  private let engine: Engine
  private let product: Primitive

  /// - Parameters:
  ///   - rows: K.
  ///   - outputs: M.
  ///   - inputs: N.
  ///   - a: Contains A, from `place` on.
  ///   - b: Contains B, from its start.
  ///   - c: Receives C, from `offset` on.
  init<Buffer: OperandBuffer>(
    rows: Int, outputs: Int, inputs: Int, _ a: Buffer, at place: Int, _ b: Buffer,
    to c: FloatBuffer, at offset: Int = 0, on engine: Engine
  ) throws {
    self.engine = engine
    let aShape = try Descriptor([outputs, rows], dnnl_ba, Buffer.precision)
    let bShape = try Descriptor([rows, inputs], dnnl_ab, Buffer.precision)
    let cShape = try Descriptor([outputs, inputs], dnnl_ab)
    var descriptor: dnnl_primitive_desc_t?
    try unsafe check(
      woodshed_matmul_create(
        &descriptor, engine.engine, aShape.view, bShape.view, cShape.view, engine.attributes),
      "prepare a matrix product")
    guard let descriptor = unsafe descriptor else {
      throw NetworkError.engine(
        action: "prepare a matrix product", status: dnnl_runtime_error.rawValue)
    }
    defer { unsafe woodshed_dnnl_primitive_desc_destroy(descriptor) }
    product = try unsafe Primitive(
      descriptor,
      [
        (Int32(DNNL_ARG_SRC), a.memory(aShape, from: place, on: engine)),
        (Int32(DNNL_ARG_WEIGHTS), b.memory(bShape, from: 0, on: engine)),
        (Int32(DNNL_ARG_DST), Memory(cShape.view, engine, over: c, from: offset)),
      ], engine)
  }

  func run() throws { try product.run(on: engine) }
}

/// A buffer that oneDNN can take as an operand.
protocol OperandBuffer {
  static var precision: Precision { get }
  /// A oneDNN memory of layout `shape` over its elements from `place` on.
  func memory(_ shape: Descriptor, from place: Int, on engine: Engine) throws -> Memory
}

extension FloatBuffer: OperandBuffer {
  static var precision: Precision { .float32 }
  func memory(_ shape: Descriptor, from place: Int, on engine: Engine) throws -> Memory {
    try unsafe Memory(shape.view, engine, over: self, from: place)
  }
}

extension RoundedBuffer: OperandBuffer {
  static var precision: Precision { .bfloat16 }
  func memory(_ shape: Descriptor, from place: Int, on engine: Engine) throws -> Memory {
    try unsafe Memory(shape.view, engine, over: self, from: place)
  }
}
