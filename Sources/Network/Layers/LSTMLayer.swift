/// One LSTM layer over `T` steps of `N` lanes; ``PlainLSTM`` is the same to read.
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
