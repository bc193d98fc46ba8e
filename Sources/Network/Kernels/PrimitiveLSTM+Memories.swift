import COneDNN

extension PrimitiveLSTM {
  /// A layer's inputs and outputs as a primitive takes them; where it computes in bfloat16, with the copies
  /// to and from 32 bits.
  struct Memories {
    /// 32 bits → bfloat16, before the primitive runs.
    private(set) var roundIn: [Reorder] = []
    /// bfloat16 → 32 bits, after it has run.
    private(set) var roundOut: [Reorder] = []
    /// What the primitive reads and writes, by oneDNN's names of the arguments.
    private(set) var arguments: [(Int32, Memory)] = []
    private let precision: Precision
    private let engine: Engine

    /// - Parameter bias: b_i + b_h, `[4H]`.
    init(
      _ buffers: LSTMBuffers, bias: FloatBuffer, _ shapes: Shapes, _ precision: Precision,
      on engine: Engine
    ) throws {
      (self.precision, self.engine) = (precision, engine)
      try read(buffers.input, shapes.input, as: shapes.ownInput, DNNL_ARG_SRC_LAYER)
      try read(buffers.state, shapes.state, as: shapes.ownState, DNNL_ARG_SRC_ITER)
      try share(buffers.cell, shapes.state, DNNL_ARG_SRC_ITER_C)
      try share(bias, shapes.bias, DNNL_ARG_BIAS)
      try write(buffers.output, shapes.output, as: shapes.ownOutput, DNNL_ARG_DST_LAYER)
      // The last h is the last row of the output too, from where it is carried on.
      try write(
        FloatBuffer(count: buffers.state.count), shapes.state, as: shapes.ownState,
        DNNL_ARG_DST_ITER)
      try share(buffers.nextCell, shapes.state, DNNL_ARG_DST_ITER_C)
    }

    /// The primitive works on `buffer` itself.
    private mutating func share(_ buffer: FloatBuffer, _ shape: Descriptor, _ argument: Int32)
      throws
    {
      arguments.append((argument, try unsafe Memory(shape.raw, engine, over: buffer)))
    }

    /// The primitive reads `buffer`, rounded where it computes in bfloat16.
    private mutating func read(
      _ buffer: FloatBuffer, _ shape: Descriptor, as own: Descriptor, _ argument: Int32
    ) throws {
      guard let pair = try rounded(buffer, shape, as: own, argument) else { return }
      roundIn.append(
        try unsafe Reorder(from: (shape.view, pair.floats), to: (own.view, pair.own), engine))
    }

    /// The primitive's result comes into `buffer`, in 32 bits again.
    private mutating func write(
      _ buffer: FloatBuffer, _ shape: Descriptor, as own: Descriptor, _ argument: Int32
    ) throws {
      guard let pair = try rounded(buffer, shape, as: own, argument) else { return }
      roundOut.append(
        try unsafe Reorder(from: (own.view, pair.own), to: (shape.view, pair.floats), engine))
    }

    /// Adds the argument for `buffer`: the buffer itself in 32 bits, and then `nil`; else new memory in the
    /// primitive's precision, returned with that of the buffer.
    private mutating func rounded(
      _ buffer: FloatBuffer, _ shape: Descriptor, as own: Descriptor, _ argument: Int32
    ) throws -> (floats: Memory, own: Memory)? {
      guard precision != .float32 else {
        try share(buffer, shape, argument)
        return nil
      }
      let floats = try unsafe Memory(shape.raw, engine, over: buffer)
      let rounded = try unsafe Memory(bytesOf: own.view, engine)
      arguments.append((argument, rounded))
      return (floats, rounded)
    }
  }
}
