import CSIMD

/// One step of an LSTM layer apart from its matrix products: gates, cell and output, element by element.
@safe
struct LSTMCell {
  /// The number of outputs must be a multiple of this.
  static let width = 8

  /// How many of the layer's H outputs are computed, U.
  let units: Int
  let hidden: Int
  let lanes: Int
  /// i, f, g and o, `[N, 4U]`: pre-activations at first, activations after the forward pass, and the
  /// gradients of the pre-activations after the backward pass.
  let gates: FloatAddress
  /// c after the step, `[N, U]`, in rows that are `distance` apart.
  let cell: FloatAddress
  let distance: Int
  /// tanh c, `[N, U]`; `nil` when there is no backward pass, and then ``gates`` keeps the pre-activations.
  let squashed: FloatAddress?

  /// Computes c and h after the step.
  ///
  /// - Parameters:
  ///   - before: c before the step, in rows `distance` apart.
  ///   - output: Receives h, in rows of H.
  ///   - rounded: Receives h in bfloat16.
  func runForward(
    from before: FloatAddress, to output: FloatAddress, rounded: RoundedAddress? = nil
  ) {
    unsafe woodshed_cell_forward(
      VectorWidth.widest, units, hidden, lanes, gates.pointer, before.pointer, cell.pointer,
      distance, squashed?.pointer, output.pointer, rounded?.pointer)
  }

  /// Computes the gradients of the gates' pre-activations and of c before the step.
  ///
  /// - Parameters:
  ///   - before: c before the step.
  ///   - dOutput: The gradient of h from the layer above, in rows of H.
  ///   - dState: The gradient of h from the next step, `[N, U]`.
  ///   - dCell: The gradient of c after the step, `[N, U]`; replaced by that of c before it.
  ///   - target: Receives a copy of the gates' gradients.
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

  /// Where the gradients of the gates' pre-activations are written besides ``gates``.
  struct GateGradients {
    /// In 32 bits, in rows of 4H.
    var shared: FloatAddress?
    /// In bfloat16: in rows of 4H, and gate by gate as `[N, U]` blocks `distance` apart.
    var rounded: (shared: RoundedAddress, apart: RoundedAddress, distance: Int)?
  }
}
