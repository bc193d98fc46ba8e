import COneDNN

extension PrimitiveLSTM {
  /// How each tensor of an LSTM layer lies in memory: as woodshed has it, and as the primitive reads and
  /// writes it. T steps, N lanes, I inputs, H outputs.
  struct Shapes {
    /// `[T, N, I]` and `[T, N, H]` in 32 bits.
    let input, output: Descriptor
    /// h and c, `[1, 1, N, H]` in 32 bits.
    let state: Descriptor
    /// `[1, 1, 4, H]`.
    let bias: Descriptor
    /// Input, output and h in the primitive's precision; c stays in 32 bits.
    let ownInput, ownOutput, ownState: Descriptor
    /// The weights as PyTorch has them: `[4H, I]` and `[4H, H]` are gates, outputs, inputs.
    let inputWeights, hiddenWeights: Descriptor
    private let inputSize, hidden: Int
    private let precision: Precision

    init(_ buffers: LSTMBuffers, _ precision: Precision) throws {
      let (steps, lanes) = (buffers.steps, buffers.lanes)
      (inputSize, hidden, self.precision) = (buffers.inputSize, buffers.hidden, precision)
      input = try Descriptor([steps, lanes, inputSize], dnnl_tnc)
      output = try Descriptor([steps, lanes, hidden], dnnl_tnc)
      state = try Descriptor([1, 1, lanes, hidden], dnnl_ldnc)
      bias = try Descriptor([1, 1, 4, hidden], dnnl_ldgo)
      ownInput = try Descriptor([steps, lanes, inputSize], dnnl_tnc, precision)
      ownOutput = try Descriptor([steps, lanes, hidden], dnnl_tnc, precision)
      ownState = try Descriptor([1, 1, lanes, hidden], dnnl_ldnc, precision)
      inputWeights = try Descriptor([1, 1, inputSize, 4, hidden], dnnl_ldgoi)
      hiddenWeights = try Descriptor([1, 1, hidden, 4, hidden], dnnl_ldgoi)
    }

    /// The weights, or their gradients, in whatever layout the primitive prefers.
    private func anyWeights(_ precision: Precision) throws -> (
      input: Descriptor, hidden: Descriptor
    ) {
      (
        try Descriptor([1, 1, inputSize, 4, hidden], dnnl_format_tag_any, precision),
        try Descriptor([1, 1, hidden, 4, hidden], dnnl_format_tag_any, precision)
      )
    }

    /// What the forward pass reads and writes, with weights in these layouts.
    private func forwardShapes(_ weights: (input: Descriptor, hidden: Descriptor))
      -> woodshed_lstm_descs
    {
      unsafe woodshed_lstm_descs(
        layer: ownInput.raw, state: ownState.raw, cell: state.raw,
        weights_layer: weights.input.raw, weights_iter: weights.hidden.raw, bias: bias.raw,
        output: ownOutput.raw)
    }

    /// The forward primitive's description; the caller's to destroy.
    ///
    /// - Parameter trains: Whether what a backward pass needs is kept.
    func describeForward(trains: Bool, on engine: Engine) throws -> dnnl_primitive_desc_t {
      let weights = try anyWeights(precision)
      return try unsafe withExtendedLifetime(weights) {
        var shapes = unsafe forwardShapes(weights)
        return try unsafe PrimitiveLSTM.made("prepare an LSTM layer") {
          unsafe woodshed_lstm_forward_create(
            &$0, engine.engine, trains ? 1 : 0, &shapes, engine.attributes)
        }
      }
    }

    /// The backward primitive's description; the caller's to destroy. Gradients are in 32 bits.
    func describeBackward(
      of forward: dnnl_primitive_desc_t, on engine: Engine
    ) throws -> dnnl_primitive_desc_t {
      let weights = try anyWeights(precision)
      let gradients = try anyWeights(.float32)
      return try unsafe withExtendedLifetime((weights, gradients)) {
        var shapes = unsafe forwardShapes(weights)
        var gradientShapes = unsafe woodshed_lstm_descs(
          layer: input.raw, state: state.raw, cell: state.raw,
          weights_layer: gradients.input.raw, weights_iter: gradients.hidden.raw, bias: bias.raw,
          output: output.raw)
        return try unsafe PrimitiveLSTM.made("prepare an LSTM layer's gradients") {
          unsafe woodshed_lstm_backward_create(
            &$0, engine.engine, &shapes, &gradientShapes, forward, engine.attributes)
        }
      }
    }
  }

  /// What oneDNN makes; it may say that it succeeded and give nothing.
  private static func made(
    _ action: String, _ make: (inout dnnl_primitive_desc_t?) -> dnnl_status_t
  ) throws -> dnnl_primitive_desc_t {
    var descriptor: dnnl_primitive_desc_t?
    try unsafe check(make(&descriptor), action)
    guard let descriptor = unsafe descriptor else {
      throw NetworkError.engine(action: action, status: dnnl_runtime_error.rawValue)
    }
    return unsafe descriptor
  }
}
