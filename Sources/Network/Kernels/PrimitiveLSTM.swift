import COneDNN

/// An LSTM layer as one primitive of oneDNN's, for sizes that ``SteppedLSTM`` does not fit and for
/// bfloat16 on processors without instructions for it.
///
/// In bfloat16 the inputs, outputs, h and the weights are rounded to it on their way into the
/// primitive; c, the bias, sums and all gradients stay in 32 bits.
@safe
final class PrimitiveLSTM: LSTMKernel {
  private let buffers: LSTMBuffers
  private let engine: Engine
  /// b_i + b_h, `[4H]`.
  private let bias: FloatBuffer
  private let dBias: FloatBuffer
  private let hidden: Int
  private let weights: LSTMWeights
  /// Copies of the weights in the primitive's layout.
  private let layOut: [Reorder]
  /// What comes in and goes out, between 32 bits and the primitive's own kind of number.
  private let roundIn: [Reorder]
  private let roundOut: [Reorder]
  private let forward: Primitive
  private let backward: Backward?

  /// What a backward pass needs besides.
  private struct Backward {
    var primitive: Primitive
    /// Gradients in the primitive's layout, which it adds to.
    var accumulators: [FloatBuffer]
    var collect: [Reorder]
  }

  /// - Parameters:
  ///   - buffers: What it reads and writes.
  ///   - weights: Its weights among the network's.
  ///   - precision: What the primitive multiplies in.
  init(
    _ buffers: LSTMBuffers, _ weights: LSTMWeights, precision: Precision, on engine: Engine
  ) throws {
    self.buffers = buffers
    self.engine = engine
    let (steps, lanes, inputSize, hidden) = (
      buffers.steps, buffers.lanes, buffers.inputSize, buffers.hidden
    )
    self.hidden = hidden
    self.weights = weights
    let (parameters, gradients) = (weights.parameters, weights.gradients)
    bias = FloatBuffer(count: 4 * hidden)
    dBias = FloatBuffer(count: 4 * hidden)

    let layerShape = try Descriptor([steps, lanes, inputSize], dnnl_tnc)
    let outputShape = try Descriptor([steps, lanes, hidden], dnnl_tnc)
    let stateShape = try Descriptor([1, 1, lanes, hidden], dnnl_ldnc)
    let biasShape = try Descriptor([1, 1, 4, hidden], dnnl_ldgo)
    let anyInput = try Descriptor([1, 1, inputSize, 4, hidden], dnnl_format_tag_any, precision)
    let anyHidden = try Descriptor([1, 1, hidden, 4, hidden], dnnl_format_tag_any, precision)
    // The same, as the primitive reads and writes them.
    let layerOwn = try Descriptor([steps, lanes, inputSize], dnnl_tnc, precision)
    let outputOwn = try Descriptor([steps, lanes, hidden], dnnl_tnc, precision)
    let stateOwn = try Descriptor([1, 1, lanes, hidden], dnnl_ldnc, precision)
    // PyTorch's [4H, I] is gates, outputs, inputs.
    let torchInput = try Descriptor([1, 1, inputSize, 4, hidden], dnnl_ldgoi)
    let torchHidden = try Descriptor([1, 1, hidden, 4, hidden], dnnl_ldgoi)

    var shapes = unsafe woodshed_lstm_descs(
      layer: layerOwn.raw, state: stateOwn.raw, cell: stateShape.raw,
      weights_layer: anyInput.raw, weights_iter: anyHidden.raw, bias: biasShape.raw,
      output: outputOwn.raw)
    var descriptor: dnnl_primitive_desc_t?
    try unsafe check(
      woodshed_lstm_forward_create(
        &descriptor, engine.engine, gradients == nil ? 0 : 1, &shapes, engine.attributes),
      "prepare an LSTM layer")
    guard let forwardDescriptor = unsafe descriptor else {
      throw NetworkError.engine(action: "prepare an LSTM layer", status: 5)
    }
    defer { unsafe dnnl_primitive_desc_destroy(forwardDescriptor) }

    func memory(_ shape: Descriptor, _ buffer: FloatBuffer) throws -> Memory {
      try unsafe Memory(shape.raw, engine, over: buffer)
    }
    var roundIn: [Reorder] = []
    var roundOut: [Reorder] = []
    /// The memory of `buffer` as the primitive has it, with the copy to or from it that this takes.
    func memory(
      _ buffer: FloatBuffer, _ shape: Descriptor, as own: Descriptor, isRead: Bool
    ) throws -> Memory {
      let floats = try memory(shape, buffer)
      guard precision != .float32 else { return floats }
      let rounded = try unsafe Memory(bytesOf: own.view, engine)
      if isRead {
        roundIn.append(
          try unsafe Reorder(from: (shape.view, floats), to: (own.view, rounded), engine))
      } else {
        roundOut.append(
          try unsafe Reorder(from: (own.view, rounded), to: (shape.view, floats), engine))
      }
      return rounded
    }
    let stateIn = try memory(buffers.state, stateShape, as: stateOwn, isRead: true)
    let cellIn = try memory(stateShape, buffers.cell)
    let stateOut = try memory(
      FloatBuffer(count: buffers.state.count), stateShape, as: stateOwn, isRead: false)
    let cellOut = try memory(stateShape, buffers.nextCell)
    let sequenceIn = try memory(buffers.input, layerShape, as: layerOwn, isRead: true)
    let sequenceOut = try memory(buffers.output, outputShape, as: outputOwn, isRead: false)
    self.roundIn = roundIn
    self.roundOut = roundOut
    let biasIn = try memory(biasShape, bias)
    let weightsIn = try unsafe Memory(
      torchInput.raw, engine, over: parameters, from: weights.input.lowerBound)
    let weightsHidden = try unsafe Memory(
      torchHidden.raw, engine, over: parameters, from: weights.hidden.lowerBound)

    var layOut: [Reorder] = []
    func laidOut(_ chosen: woodshed_const_desc?, _ own: Descriptor, _ memory: Memory) throws
      -> Memory
    {
      guard let chosen = unsafe chosen else { return memory }
      if unsafe dnnl_memory_desc_equal(chosen, own.raw) != 0 { return memory }
      let copy = try unsafe Memory(bytesOf: chosen, engine)
      layOut.append(try unsafe Reorder(from: (own.view, memory), to: (chosen, copy), engine))
      return copy
    }
    var arguments: [(Int32, Memory)] = [
      (Int32(DNNL_ARG_SRC_LAYER), sequenceIn), (Int32(DNNL_ARG_SRC_ITER), stateIn),
      (Int32(DNNL_ARG_SRC_ITER_C), cellIn), (Int32(DNNL_ARG_BIAS), biasIn),
      (Int32(DNNL_ARG_DST_LAYER), sequenceOut), (Int32(DNNL_ARG_DST_ITER), stateOut),
      (Int32(DNNL_ARG_DST_ITER_C), cellOut),
    ]
    if gradients != nil,
      let shape = unsafe woodshed_desc_of(
        forwardDescriptor, dnnl_query_workspace_md)
    {
      arguments.append((Int32(DNNL_ARG_WORKSPACE), try unsafe Memory(bytesOf: shape, engine)))
    }
    let forwardWeights = try unsafe [
      (
        Int32(DNNL_ARG_WEIGHTS_LAYER),
        laidOut(woodshed_weights(forwardDescriptor, 0), torchInput, weightsIn)
      ),
      (
        Int32(DNNL_ARG_WEIGHTS_ITER),
        laidOut(woodshed_weights(forwardDescriptor, 1), torchHidden, weightsHidden)
      ),
    ]
    forward = try unsafe Primitive(forwardDescriptor, arguments + forwardWeights, engine)

    guard let gradients else {
      backward = nil
      self.layOut = layOut
      return
    }
    let anyInputGradient = try Descriptor([1, 1, inputSize, 4, hidden], dnnl_format_tag_any)
    let anyHiddenGradient = try Descriptor([1, 1, hidden, 4, hidden], dnnl_format_tag_any)
    var gradientShapes = unsafe woodshed_lstm_descs(
      layer: layerShape.raw, state: stateShape.raw, cell: stateShape.raw,
      weights_layer: anyInputGradient.raw, weights_iter: anyHiddenGradient.raw,
      bias: biasShape.raw, output: outputShape.raw)
    try unsafe check(
      woodshed_lstm_backward_create(
        &descriptor, engine.engine, &shapes, &gradientShapes, forwardDescriptor,
        engine.attributes),
      "prepare an LSTM layer's gradients")
    guard let backwardDescriptor = unsafe descriptor else {
      throw NetworkError.engine(action: "prepare an LSTM layer's gradients", status: 5)
    }
    defer { unsafe dnnl_primitive_desc_destroy(backwardDescriptor) }
    arguments += try unsafe [
      (
        Int32(DNNL_ARG_WEIGHTS_LAYER),
        laidOut(woodshed_weights(backwardDescriptor, 0), torchInput, weightsIn)
      ),
      (
        Int32(DNNL_ARG_WEIGHTS_ITER),
        laidOut(woodshed_weights(backwardDescriptor, 1), torchHidden, weightsHidden)
      ),
    ]
    self.layOut = layOut

    var collect: [Reorder] = []
    var accumulators = [dBias]
    for (index, (argument, own, range)) in [
      (DNNL_ARG_DIFF_WEIGHTS_LAYER, torchInput, weights.input),
      (DNNL_ARG_DIFF_WEIGHTS_ITER, torchHidden, weights.hidden),
    ].enumerated() {
      guard let chosen = unsafe woodshed_diff_weights(backwardDescriptor, Int32(index)) else {
        throw NetworkError.engine(action: "prepare an LSTM layer's gradients", status: 5)
      }
      let gradient = try unsafe Memory(
        own.raw, engine, over: gradients, from: range.lowerBound)
      let accumulator = try unsafe Memory(chosen, engine)
      collect.append(
        try unsafe Reorder(from: (chosen, accumulator), to: (own.view, gradient), engine))
      accumulators.append(accumulator.buffer)
      arguments.append((Int32(argument), accumulator))
    }
    // No gradient comes back from beyond the last step: that is what truncates it.
    let nothing = FloatBuffer(count: lanes * hidden)
    let dropped = FloatBuffer(count: lanes * hidden)
    arguments += [
      (Int32(DNNL_ARG_DIFF_SRC_LAYER), try memory(layerShape, buffers.dInput)),
      (Int32(DNNL_ARG_DIFF_SRC_ITER), try memory(stateShape, dropped)),
      (Int32(DNNL_ARG_DIFF_SRC_ITER_C), try memory(stateShape, dropped)),
      (Int32(DNNL_ARG_DIFF_BIAS), try memory(biasShape, dBias)),
      (Int32(DNNL_ARG_DIFF_DST_LAYER), try memory(outputShape, buffers.dOutput)),
      (Int32(DNNL_ARG_DIFF_DST_ITER), try memory(stateShape, nothing)),
      (Int32(DNNL_ARG_DIFF_DST_ITER_C), try memory(stateShape, nothing)),
    ]
    backward = Backward(
      primitive: try unsafe Primitive(backwardDescriptor, arguments, engine),
      accumulators: accumulators,
      collect: collect)
  }

  /// Takes over weights that have changed.
  func refresh() throws {
    weights.sumBiases(of: 0..<hidden, into: bias)
    for reorder in layOut { try reorder.run(on: engine) }
  }

  /// `input`, `state` and `cell` → `output` and `nextCell`.
  func runForward() throws {
    for reorder in roundIn { try reorder.run(on: engine) }
    try forward.run(on: engine)
    for reorder in roundOut { try reorder.run(on: engine) }
  }

  func carry() { buffers.carry() }

  /// `dOutput` → `dInput` and this layer's part of the gradients.
  func runBackward() throws {
    guard let backward, let gradients = weights.gradients else { return }
    for accumulator in backward.accumulators { accumulator.zero() }
    try backward.primitive.run(on: engine)
    for reorder in backward.collect { try reorder.run(on: engine) }
    for index in 0..<(4 * hidden) {
      gradients[weights.inputBias.lowerBound + index] = dBias[index]
      gradients[weights.hiddenBias.lowerBound + index] = dBias[index]
    }
  }
}
