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
  private let memories: Memories
  private let layouts: Layouts
  private let forward: Primitive
  private let backward: Backward?

  /// - Parameters:
  ///   - buffers: What it reads and writes.
  ///   - weights: Its weights among the network's.
  ///   - precision: What the primitive multiplies in.
  init(
    _ buffers: LSTMBuffers, _ weights: LSTMWeights, precision: Precision, on engine: Engine
  ) throws {
    (self.buffers, self.weights, self.engine) = (buffers, weights, engine)
    hidden = buffers.hidden
    bias = FloatBuffer(count: 4 * buffers.hidden)
    dBias = FloatBuffer(count: 4 * buffers.hidden)
    let shapes = try Shapes(buffers, precision)
    memories = try Memories(buffers, bias: bias, shapes, precision, on: engine)
    var layouts = try Layouts(weights, shapes, on: engine)

    let forwardPass = try unsafe shapes.describeForward(
      trains: weights.gradients != nil, on: engine)
    defer { unsafe woodshed_dnnl_primitive_desc_destroy(forwardPass) }
    var arguments = memories.arguments
    if weights.gradients != nil,
      let workspace = unsafe woodshed_desc_of(forwardPass, dnnl_query_workspace_md)
    {
      arguments.append((DNNL_ARG_WORKSPACE, try unsafe Memory(bytesOf: workspace, engine)))
    }
    forward = try unsafe Primitive(
      forwardPass, arguments + layouts.arguments(for: forwardPass), engine)

    if let gradients = weights.gradients {
      let backwardPass = try unsafe shapes.describeBackward(of: forwardPass, on: engine)
      defer { unsafe woodshed_dnnl_primitive_desc_destroy(backwardPass) }
      backward = try unsafe Backward(
        backwardPass, arguments + layouts.arguments(for: backwardPass), buffers, weights,
        gradients: gradients, dBias: dBias, shapes, on: engine)
    } else {
      backward = nil
    }
    self.layouts = layouts
  }

  /// Takes over weights that have changed.
  func refresh() throws {
    weights.sumBiases(of: 0..<hidden, into: bias)
    for reorder in layouts.copies { try reorder.run(on: engine) }
  }

  /// `input`, `state` and `cell` → `output` and `nextCell`.
  func runForward() throws {
    for reorder in memories.roundIn { try reorder.run(on: engine) }
    try forward.run(on: engine)
    for reorder in memories.roundOut { try reorder.run(on: engine) }
  }

  func carry() { buffers.carry() }

  /// `dOutput` → `dInput` and this layer's part of the gradients.
  func runBackward() throws {
    guard let backward, let gradients = weights.gradients else { return }
    try backward.run(on: engine)
    for index in 0..<(4 * hidden) {
      gradients[weights.inputBias.lowerBound + index] = dBias[index]
      gradients[weights.hiddenBias.lowerBound + index] = dBias[index]
    }
  }
}
