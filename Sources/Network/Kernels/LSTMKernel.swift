/// The inputs, outputs and states of an LSTM layer.
final class LSTMBuffers {
  let steps: Int
  let lanes: Int
  let inputSize: Int
  let hidden: Int

  /// `[T, N, I]`, written by the caller or by the layer below.
  let input: FloatBuffer
  /// `[T, N, H]`
  let output: FloatBuffer
  /// h and c before the first step, `[N, H]` each.
  var state: FloatBuffer
  var cell: FloatBuffer
  /// c after the last step, `[N, H]`; h is the last output.
  var nextCell: FloatBuffer
  /// Gradients of `input` `[T, N, I]` and of `output` `[T, N, H]`; empty in a forward-only layer. Layers may
  /// share these buffers with the layer below: read `dInput` before that layer's backward pass.
  let dInput: FloatBuffer
  let dOutput: FloatBuffer

  init(
    steps: Int, lanes: Int, inputSize: Int, hidden: Int, below: LSTMBuffers?, isTrained: Bool
  ) {
    self.steps = steps
    self.lanes = lanes
    self.inputSize = inputSize
    self.hidden = hidden
    input =
      (isTrained ? nil : below?.output) ?? FloatBuffer(count: steps * lanes * inputSize)
    output = FloatBuffer(count: steps * lanes * hidden)
    state = FloatBuffer(count: lanes * hidden)
    cell = FloatBuffer(count: lanes * hidden)
    nextCell = FloatBuffer(count: lanes * hidden)
    dInput = .shared(below?.dInput, count: isTrained ? steps * lanes * inputSize : 0)
    dOutput = .shared(below?.dOutput, count: isTrained ? steps * lanes * hidden : 0)
  }
}

extension LSTMBuffers {
  /// Copies h and c after the last step to the initial state.
  func carry() {
    state.copy(lanes * hidden, from: output.address((steps - 1) * lanes * hidden))
    cell.copy(from: nextCell)
  }
}

/// The ranges of an LSTM layer's weights among the network's.
struct LSTMWeights {
  /// All the network's weights.
  let parameters: FloatBuffer
  /// Receives their gradients; `nil` in a forward-only layer.
  let gradients: FloatBuffer?
  /// W_i, `[4H, I]`, the input weights.
  let input: Range<Int>
  /// W_h, `[4H, H]`, the recurrent weights.
  let hidden: Range<Int>
  /// b_i, `[4H]`.
  let inputBias: Range<Int>
  /// b_h, `[4H]`.
  let hiddenBias: Range<Int>

  /// The weights of a layer of a network of `shape`.
  init(
    ofLayer layer: Int, _ shape: NetworkShape, parameters: FloatBuffer, gradients: FloatBuffer?
  ) {
    let offsets = shape.offsets
    self.parameters = parameters
    self.gradients = gradients
    func range(_ name: String) -> Range<Int> { offsets["lstm.\(name)_l\(layer)"] ?? 0..<0 }
    input = range("weight_ih")
    hidden = range("weight_hh")
    inputBias = range("bias_ih")
    hiddenBias = range("bias_hh")
  }
}

extension LSTMWeights {
  /// Writes b_i + b_h of some of the outputs, `[4U]`: only the sum is used.
  func sumBiases(of units: Range<Int>, into bias: FloatBuffer) {
    let hidden = inputBias.count / 4
    for gate in 0..<4 {
      for (index, unit) in units.enumerated() {
        let place = gate * hidden + unit
        bias[gate * units.count + index] =
          parameters[inputBias.lowerBound + place] + parameters[hiddenBias.lowerBound + place]
      }
    }
  }
}

/// An implementation of an LSTM layer.
protocol LSTMKernel {
  /// Repacks the weights after they have changed.
  func refresh() throws
  func runForward() throws
  func runBackward() throws
  /// Makes h and c after the last step the initial state of the next run.
  func carry()
}
