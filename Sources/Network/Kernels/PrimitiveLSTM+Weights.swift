import COneDNN

extension PrimitiveLSTM {
  /// A layer's weights in the layouts that primitives choose, with the copies that bring them there.
  struct Layouts {
    /// Run whenever the weights have changed.
    private(set) var copies: [Reorder] = []
    private let input, hidden: (shape: Descriptor, memory: Memory)
    private let engine: Engine

    init(_ weights: LSTMWeights, _ shapes: Shapes, on engine: Engine) throws {
      self.engine = engine
      input = (
        shapes.inputWeights,
        try unsafe Memory(
          shapes.inputWeights.raw, engine, over: weights.parameters, from: weights.input.lowerBound)
      )
      hidden = (
        shapes.hiddenWeights,
        try unsafe Memory(
          shapes.hiddenWeights.raw, engine, over: weights.parameters,
          from: weights.hidden.lowerBound)
      )
    }

    /// The weights' arguments for a primitive: the weights themselves where it takes them as they are.
    mutating func arguments(for primitive: dnnl_primitive_desc_t) throws -> [(Int32, Memory)] {
      try unsafe [
        (DNNL_ARG_WEIGHTS_LAYER, laidOut(input, as: woodshed_weights(primitive, 0))),
        (DNNL_ARG_WEIGHTS_ITER, laidOut(hidden, as: woodshed_weights(primitive, 1))),
      ]
    }

    private mutating func laidOut(
      _ weights: (shape: Descriptor, memory: Memory), as chosen: woodshed_const_desc?
    ) throws -> Memory {
      guard let chosen = unsafe chosen,
        unsafe woodshed_dnnl_memory_desc_equal(chosen, weights.shape.raw) == 0
      else { return weights.memory }
      let copy = try unsafe Memory(bytesOf: chosen, engine)
      copies.append(
        try unsafe Reorder(from: (weights.shape.view, weights.memory), to: (chosen, copy), engine))
      return copy
    }
  }
}
