import COneDNN

extension PrimitiveLSTM {
  /// The backward pass: gradients of the outputs → gradients of the inputs and of the weights.
  struct Backward {
    private let primitive: Primitive
    /// The weights' gradients in the primitive's layout. It adds to them, so they begin at 0.
    private let accumulators: [FloatBuffer]
    /// Gradients in the primitive's layout → as PyTorch has them.
    private let collect: [Reorder]

    /// - Parameters:
    ///   - arguments: What the forward pass reads and writes, its workspace included, and the weights.
    ///   - gradients: Where the network's gradients lie.
    ///   - dBias: Gets the gradient of b_i + b_h, `[4H]`.
    init(
      _ descriptor: dnnl_primitive_desc_t, _ arguments: [(Int32, Memory)], _ buffers: LSTMBuffers,
      _ weights: LSTMWeights, gradients: FloatBuffer, dBias: FloatBuffer, _ shapes: Shapes,
      on engine: Engine
    ) throws {
      var arguments = arguments
      var collect: [Reorder] = []
      var accumulators = [dBias]
      for (index, (argument, shape, range)) in [
        (DNNL_ARG_DIFF_WEIGHTS_LAYER, shapes.inputWeights, weights.input),
        (DNNL_ARG_DIFF_WEIGHTS_ITER, shapes.hiddenWeights, weights.hidden),
      ].enumerated() {
        guard let chosen = unsafe woodshed_diff_weights(descriptor, Int32(index)) else {
          throw NetworkError.engine(
            action: "prepare an LSTM layer's gradients", status: dnnl_runtime_error.rawValue)
        }
        let gradient = try unsafe Memory(shape.raw, engine, over: gradients, from: range.lowerBound)
        let accumulator = try unsafe Memory(chosen, engine)
        collect.append(
          try unsafe Reorder(from: (chosen, accumulator), to: (shape.view, gradient), engine))
        accumulators.append(accumulator.buffer)
        arguments.append((argument, accumulator))
      }
      // Truncated back-propagation: no gradient comes back from beyond the last step, and none goes on
      // beyond the first.
      let zeros = FloatBuffer(count: buffers.lanes * buffers.hidden)
      let unused = FloatBuffer(count: buffers.lanes * buffers.hidden)
      for (argument, shape, buffer) in [
        (DNNL_ARG_DIFF_SRC_LAYER, shapes.input, buffers.dInput),
        (DNNL_ARG_DIFF_SRC_ITER, shapes.state, unused),
        (DNNL_ARG_DIFF_SRC_ITER_C, shapes.state, unused),
        (DNNL_ARG_DIFF_BIAS, shapes.bias, dBias),
        (DNNL_ARG_DIFF_DST_LAYER, shapes.output, buffers.dOutput),
        (DNNL_ARG_DIFF_DST_ITER, shapes.state, zeros),
        (DNNL_ARG_DIFF_DST_ITER_C, shapes.state, zeros),
      ] {
        arguments.append((argument, try unsafe Memory(shape.raw, engine, over: buffer)))
      }
      primitive = try unsafe Primitive(descriptor, arguments, engine)
      (self.accumulators, self.collect) = (accumulators, collect)
    }

    /// Writes the gradients of the inputs, of the weights, and of the sum of the biases.
    func run(on engine: Engine) throws {
      for accumulator in accumulators { accumulator.zero() }
      try primitive.run(on: engine)
      for reorder in collect { try reorder.run(on: engine) }
    }
  }
}
