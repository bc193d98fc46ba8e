/// What an LSTM layer reads and writes.
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
  /// Gradients of `input` `[T, N, I]` and of `output` `[T, N, H]`; empty when only run forward. The layer
  /// below may have its own in the same places: what is in `dInput` has to be taken from there first.
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
  /// Copies h and c after the last step to where those before the first are.
  func carry() {
    state.copy(lanes * hidden, from: output.address((steps - 1) * lanes * hidden))
    cell.copy(from: nextCell)
  }
}

/// Where an LSTM layer's weights are among the network's.
struct LSTMWeights {
  /// All the network's weights.
  let parameters: FloatBuffer
  /// Where their gradients go; `nil` to run forward only.
  let gradients: FloatBuffer?
  /// W_i, `[4H, I]`, which the inputs are multiplied with.
  let input: Range<Int>
  /// W_h, `[4H, H]`, which h is multiplied with.
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
  /// b_i + b_h of some of the outputs, `[4U]`: only their sum plays a part.
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

/// A way to compute an LSTM layer.
protocol LSTMKernel {
  /// Takes over weights that have changed.
  func refresh() throws
  func runForward() throws
  func runBackward() throws
  /// Makes h and c after the last step those before the first.
  func carry()
}
