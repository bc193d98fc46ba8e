import CSIMD

/// What an LSTM layer does in one step besides its matrix products.
@safe
struct LSTMCell {
  /// What the number of outputs must be a multiple of.
  static let width = 8

  /// Those of the layer's outputs that are computed, U of H.
  let units: Int
  let hidden: Int
  let lanes: Int
  /// i, f, g and o, `[N, 4U]`: sums before, the gates after the forward pass, and their gradients
  /// after the backward pass.
  let gates: FloatAddress
  /// c after the step, `[N, U]`, in rows that are `distance` apart.
  let cell: FloatAddress
  let distance: Int
  /// tanh c, `[N, U]`; `nil` when there is no backward pass, which leaves the sums as they are.
  let squashed: FloatAddress?

  /// - Parameters:
  ///   - before: c before the step, in rows as those after it.
  ///   - output: h after it, in rows of H.
  ///   - rounded: The same in bfloat16.
  func runForward(
    from before: FloatAddress, to output: FloatAddress, rounded: RoundedAddress? = nil
  ) {
    unsafe woodshed_cell_forward(
      VectorWidth.widest, units, hidden, lanes, gates.pointer, before.pointer, cell.pointer,
      distance, squashed?.pointer, output.pointer, rounded?.pointer)
  }

  /// - Parameters:
  ///   - before: c before the step.
  ///   - dOutput: The gradient of h from above, in rows of H.
  ///   - dState: That from the step after.
  ///   - dCell: The gradient of c, after the step and then before it.
  ///   - target: Takes the gates' gradients, too.
  func runBackward(
    from before: FloatAddress, dOutput: FloatAddress, dState: FloatAddress, dCell: FloatAddress,
    to target: GateGradients
  ) {
    guard let squashed else { return }
    unsafe woodshed_cell_backward(
      VectorWidth.widest, units, hidden, lanes, gates.pointer, before.pointer, squashed.pointer,
      dOutput.pointer, dState.pointer, dCell.pointer, target.shared?.pointer,
      target.rounded?.shared.pointer, target.rounded?.apart.pointer,
      target.rounded?.distance ?? 0)
  }

  /// Where the gradients of the gates' sums go, besides the gates' own place.
  struct GateGradients {
    /// In rows of 4H.
    var shared: FloatAddress?
    /// In bfloat16: the same, and those of each gate `[N, U]`, `distance` apart.
    var rounded: (shared: RoundedAddress, apart: RoundedAddress, distance: Int)?
  }
}
