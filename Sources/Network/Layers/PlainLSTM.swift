import Foundation

/// One LSTM layer in plain loops and 64 bits, a step at a time: the version to read. Only the tests run it, as
/// the reference for the fast kernels.
///
/// With σ the logistic function and ⊙ the element-wise product:
///
/// ```
/// i = σ(W_ii x + b_ii + W_hi h + b_hi)     f = σ(W_if x + …)
/// g = tanh(W_ig x + …)                     o = σ(W_io x + …)
/// c' = f ⊙ c + i ⊙ g                       h' = o ⊙ tanh(c')
/// ```
///
/// The fast kernels: ``SteppedLSTM`` from oneDNN's matrix products and our own loop for the cell
/// (``LSTMCell``), ``PrimitiveLSTM`` as oneDNN's LSTM primitive, ``QuantisedLSTM`` in 8 bits. ``LSTMLayer``
/// chooses among them.
///
/// Source: Hochreiter and Schmidhuber 1997, with forget gates (Gers et al. 2000), as in PyTorch's
/// `torch.nn.LSTM`.
struct PlainLSTM {
  /// W_i `[4H, I]` and W_h `[4H, H]`, row-major: the rows of gates i, f, g and o one after the other.
  let inputWeights: [Double]
  let hiddenWeights: [Double]
  /// b_i + b_h, `[4H]`.
  let bias: [Double]
  /// The hidden state, `[H]`; 0 at first.
  private(set) var h: [Double]
  /// The cell state, `[H]`; 0 at first.
  private(set) var c: [Double]

  /// A layer in its initial state.
  init(inputWeights: [Double], hiddenWeights: [Double], bias: [Double]) {
    self.inputWeights = inputWeights
    self.hiddenWeights = hiddenWeights
    self.bias = bias
    h = Array(repeating: 0, count: bias.count / 4)
    c = h
  }

  /// Computes one step: x `[I]` → h `[H]`.
  mutating func step(_ x: [Double]) -> [Double] {
    let hidden = h.count
    // The gates' pre-activations, `[4H]`.
    let sums = bias.indices.map {
      bias[$0] + Self.row($0, of: inputWeights, times: x)
        + Self.row($0, of: hiddenWeights, times: h)
    }
    for unit in 0..<hidden {
      let i = Self.logistic(sums[unit])
      let f = Self.logistic(sums[hidden + unit])
      let g = tanh(sums[2 * hidden + unit])
      let o = Self.logistic(sums[3 * hidden + unit])
      c[unit] = f * c[unit] + i * g
      h[unit] = o * tanh(c[unit])
    }
    return h
  }

  private static func logistic(_ value: Double) -> Double { 1 / (1 + exp(-value)) }

  /// The dot product of a row of a matrix `[…, x.count]` and x.
  private static func row(_ row: Int, of matrix: [Double], times x: [Double]) -> Double {
    x.indices.reduce(0) { $0 + matrix[row * x.count + $1] * x[$1] }
  }
}
