import COneDNN

/// C `[M, N]` = A · B + β C, row-major (`dnnl_sgemm`); "T" reads A or B transposed.
///
/// The strides are those between rows as they lie in memory.
func multiply(
  _ transposeA: Character, _ transposeB: Character, _ m: Int, _ n: Int, _ k: Int,
  _ a: FloatAddress, _ strideA: Int, _ b: FloatAddress, _ strideB: Int, _ beta: Float,
  _ c: FloatAddress, _ strideC: Int
) throws {
  func letter(_ character: Character) -> CChar { character == "T" ? 84 : 78 }
  try unsafe check(
    dnnl_sgemm(
      letter(transposeA), letter(transposeB), dnnl_dim_t(m), dnnl_dim_t(n), dnnl_dim_t(k), 1,
      a.pointer, dnnl_dim_t(strideA), b.pointer, dnnl_dim_t(strideB), beta, c.pointer,
      dnnl_dim_t(strideC)), "multiply matrices")
}

/// A matrix `[I, O]` among a network's weights.
struct Matrix {
  let inputs: Int
  let outputs: Int
  /// Where its outputs begin: all of them, or as many pieces of as many outputs each.
  let starts: [Int]
  /// How far apart two outputs and two inputs are.
  let outputStride: Int
  let inputStride: Int

  /// The transpose of `[O, I]`, or of some pieces of its rows.
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

/// Y `[R, O]` += X `[R, I]` · W, or Y = X · W + b, with W laid out for the vector registers once and used
/// often.
///
/// oneDNN's own matrix products do that anew each time where there is no AVX-512, which for few
/// rows costs more than the product. Its convolutions never do: this is one, of an image of
/// 1 × R pixels and I channels with O kernels of one pixel.
@safe
final class PackedProduct {
  private let engine: Engine
  private let attributes: dnnl_primitive_attr_t
  private let x: Memory
  private let y: Memory
  private let product: Primitive
  /// W in the layout that the product reads.
  private let packed: Memory
  /// `nil` when another one lays W out for this one, too.
  private let layOut: Reorder?
  /// Where W's pieces are, and where they are brought together for that.
  private let pieces: (matrix: Matrix, weights: FloatBuffer, gathered: FloatBuffer)?

  /// - Parameters:
  ///   - rows: R.
  ///   - matrix: Where W is.
  ///   - weights: Holds it.
  ///   - bias: b, where there is one.
  ///   - precision: What X and the copy of W are in; Y is in 32 bits.
  ///   - scratch: Where W's pieces are brought together; by default in a place of its own.
  ///   - other: A product with the same W, whose copy of it is used if it lies as it must.
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
    else { throw NetworkError.engine(action: "prepare a matrix product", status: dnnl_runtime_error.rawValue) }
    defer { unsafe dnnl_primitive_desc_destroy(descriptor) }
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

  deinit { unsafe dnnl_primitive_attr_destroy(attributes) }

  /// Takes over weights that have changed.
  func refresh() throws {
    if let (matrix, weights, gathered) = pieces {
      let size = matrix.outputs * matrix.inputs / matrix.starts.count
      for (index, start) in matrix.starts.enumerated() {
        gathered.copy(size, from: weights.address(start), at: index * size)
      }
    }
    try layOut?.run(on: engine)
  }

  /// Adds the product with the rows at `source` to the rows at `target`, or puts it and the bias there.
  func run(from source: some NumberAddress, to target: FloatAddress) throws {
    try x.move(to: source)
    try y.move(to: target)
    try product.run(on: engine)
  }
}

/// C `[M, N]` = Aᵀ · B with A `[K, M]` and B `[K, N]`, both in bfloat16 or in 32 bits, and C in 32: the
/// gradient of some outputs' weights from those of all rows.
///
/// All three lie dense: oneDNN's fast products want it.
@safe
final class GradientProduct {
  private let engine: Engine
  private let product: Primitive

  /// - Parameters:
  ///   - rows: K.
  ///   - outputs: M.
  ///   - inputs: N.
  ///   - a: Holds A from `place` on.
  ///   - b: Begins with B.
  ///   - c: Takes C from `offset` on.
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
      throw NetworkError.engine(action: "prepare a matrix product", status: dnnl_runtime_error.rawValue)
    }
    defer { unsafe dnnl_primitive_desc_destroy(descriptor) }
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

/// Numbers that oneDNN multiplies.
protocol OperandBuffer {
  static var precision: Precision { get }
  /// Its memory from `place` on, laid out so.
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
