/// One LSTM layer over `T` steps of `N` lanes.
///
/// With σ the logistic function, and gates in the order i, f, g, o:
///
/// ```
/// i = σ(W_ii x + b_ii + W_hi h + b_hi)     f = σ(W_if x + …)
/// g = tanh(W_ig x + …)                     o = σ(W_io x + …)
/// c' = f ⊙ c + i ⊙ g                       h' = o ⊙ tanh(c')
/// ```
///
/// Source: Hochreiter and Schmidhuber 1997, with forget gates (Gers et al. 2000), as in PyTorch's
/// `torch.nn.LSTM`.
final class LSTMLayer {
  let buffers: LSTMBuffers
  private let kernel: any LSTMKernel

  var input: FloatBuffer { buffers.input }
  var output: FloatBuffer { buffers.output }
  var state: FloatBuffer { buffers.state }
  var cell: FloatBuffer { buffers.cell }
  var dInput: FloatBuffer { buffers.dInput }
  var dOutput: FloatBuffer { buffers.dOutput }

  /// - Parameters:
  ///   - team: The threads that compute it.
  ///   - weights: Its weights among the network's; with their gradients when it is trained.
  ///   - below: The layer below, of the same steps and lanes and trained or not as this one is. Their
  ///     working memory is the same as far as neither needs it while the other runs; when they are not
  ///     trained, this one reads the output of that one where it lies.
  ///   - precision: What it multiplies in.
  ///   - isStepped: Whether it is computed step by step; by default whatever is faster here.
  init(
    team: Team, steps: Int, lanes: Int, inputSize: Int, hidden: Int, weights: LSTMWeights,
    below: LSTMLayer? = nil, precision: Precision, isStepped: Bool? = nil
  ) throws {
    buffers = LSTMBuffers(
      steps: steps, lanes: lanes, inputSize: inputSize, hidden: hidden, below: below?.buffers,
      isTrained: weights.gradients != nil)
    guard precision != .int8 else {
      kernel = try QuantisedLSTM(
        buffers, weights, sharing: below?.kernel as? QuantisedLSTM, on: team)
      return
    }
    kernel =
      isStepped ?? SteppedLSTM.isBest(for: buffers, precision)
      ? try SteppedLSTM(
        buffers, weights, precision: precision, sharing: below?.kernel as? SteppedLSTM, on: team)
      : try PrimitiveLSTM(buffers, weights, precision: precision, on: Engine())
  }

  /// Takes over weights that have changed.
  func refresh() throws { try kernel.refresh() }

  /// `input`, `state` and `cell` → `output`, and h and c after the last step.
  func runForward() throws { try kernel.runForward() }

  /// `dOutput` → `dInput` and this layer's part of the gradients.
  func runBackward() throws { try kernel.runBackward() }

  /// Carries h and c over to the next chunk.
  func carry() { kernel.carry() }

  /// Forgets what a lane has heard.
  func reset(lane: Int) {
    state.zero(from: lane * buffers.hidden, count: buffers.hidden)
    cell.zero(from: lane * buffers.hidden, count: buffers.hidden)
  }

  /// h and c of lane i after the last step become those of lane `parents[i]`; to be called before they
  /// are carried over. All kernels leave them in the buffers alone.
  func select(_ parents: [Int]) {
    let (hidden, lanes) = (buffers.hidden, buffers.lanes)
    output.selectRows(parents, width: hidden, at: (buffers.steps - 1) * lanes * hidden)
    buffers.nextCell.selectRows(parents, width: hidden)
  }
}

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
  /// W_i `[4H, I]`, W_h `[4H, H]`, b_i and b_h `[4H]`.
  let ranges: [Range<Int>]

  /// The weights of a layer of a network of `shape`.
  init(
    ofLayer layer: Int, _ shape: NetworkShape, parameters: FloatBuffer, gradients: FloatBuffer?
  ) {
    let offsets = shape.offsets
    self.parameters = parameters
    self.gradients = gradients
    ranges = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map {
      offsets["lstm.\($0)_l\(layer)"] ?? 0..<0
    }
  }
}

extension LSTMWeights {
  /// b_i + b_h of some of the outputs, `[4U]`: only their sum plays a part.
  func sumBiases(of units: Range<Int>, into bias: FloatBuffer) {
    let hidden = ranges[2].count / 4
    for gate in 0..<4 {
      for (index, unit) in units.enumerated() {
        let place = gate * hidden + unit
        bias[gate * units.count + index] =
          parameters[ranges[2].lowerBound + place] + parameters[ranges[3].lowerBound + place]
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
