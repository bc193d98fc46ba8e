/// One LSTM layer over `T` steps of `N` lanes; ``PlainLSTM`` is the readable version of the same.
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

  /// Makes a layer with the kernel that is fastest for it.
  ///
  /// - Parameters:
  ///   - team: The threads that compute it.
  ///   - weights: Its weights among the network's, with their gradients when it is trained.
  ///   - below: The layer below, of the same steps, lanes and mode. Scratch memory that is free while the
  ///     other layer runs is shared with it; in a forward-only network this layer's input is the other's
  ///     output buffer, without a copy.
  ///   - precision: The number format of its products.
  ///   - isStepped: Whether to use ``SteppedLSTM`` rather than ``PrimitiveLSTM``; by default the faster.
  init(
    team: ThreadPool, steps: Int, lanes: Int, inputSize: Int, hidden: Int, weights: LSTMWeights,
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

  /// Repacks the weights after they have changed.
  func refresh() throws { try kernel.refresh() }

  /// Computes `output`, and h and c after the last step, from `input`, `state` and `cell`.
  func runForward() throws { try kernel.runForward() }

  /// Computes `dInput` and this layer's part of the gradients from `dOutput`.
  func runBackward() throws { try kernel.runBackward() }

  /// Makes h and c after the last step the initial state of the next chunk.
  func carry() { kernel.carry() }

  /// Sets a lane's h and c to 0.
  func reset(lane: Int) {
    state.zero(from: lane * buffers.hidden, count: buffers.hidden)
    cell.zero(from: lane * buffers.hidden, count: buffers.hidden)
  }

  /// Copies h and c after the last step from lane `parents[i]` to lane i, for all lanes; to be called before
  /// ``carry()``. No kernel keeps state outside the buffers.
  func select(_ parents: [Int]) {
    let (hidden, lanes) = (buffers.hidden, buffers.lanes)
    output.selectRows(parents, width: hidden, at: (buffers.steps - 1) * lanes * hidden)
    buffers.nextCell.selectRows(parents, width: hidden)
  }

  /// Copies h and c after the last step from a layer with buffers of the same sizes; to be called as
  /// ``select(_:)``.
  func copyState(of other: LSTMLayer) {
    let (count, last) = (buffers.lanes * buffers.hidden, buffers.steps - 1)
    output.copy(count, from: other.output.address(last * count), at: last * count)
    buffers.nextCell.copy(count, from: other.buffers.nextCell.address())
  }
}
