import COneDNN
import CSIMD

/// The vectors that our own loops in C work on.
enum VectorWidth {
  /// As wide as oneDNN uses them here.
  static let widest = Int32(
    Engine.has(dnnl_cpu_isa_avx512_core)
      ? woodshed_avx512 : Engine.has(dnnl_cpu_isa_avx2) ? woodshed_avx2 : woodshed_plain)
}

/// What an LSTM layer does in one step besides its matrix products.
@safe
struct LSTMCell {
  /// What the number of outputs must be a multiple of.
  static let width = 8

  let hidden: Int
  let lanes: Int
  /// i, f, g and o, `[N, 4H]`: sums before, the gates after the forward pass, and their gradients
  /// after the backward pass.
  let gates: FloatAddress
  /// c after the step, and tanh c, `[N, H]` each.
  let cell: FloatAddress
  let squashed: FloatAddress

  /// - Parameters:
  ///   - before: c before the step, `[N, H]`.
  ///   - output: h after it.
  ///   - rounded: The same in bfloat16.
  func runForward(
    from before: FloatAddress, to output: FloatAddress, rounded: RoundedAddress? = nil
  ) {
    unsafe woodshed_cell_forward(
      VectorWidth.widest, hidden, lanes, gates.pointer, before.pointer, cell.pointer,
      squashed.pointer, output.pointer, rounded?.pointer)
  }

  /// - Parameters:
  ///   - before: c before the step.
  ///   - dOutput: The gradient of h from above.
  ///   - dState: That from the step after.
  ///   - dCell: The gradient of c, after the step and then before it.
  ///   - rounded: The gates' gradients in bfloat16, `[N, 4H]`.
  func runBackward(
    from before: FloatAddress, dOutput: FloatAddress, dState: FloatAddress, dCell: FloatAddress,
    rounded: RoundedAddress? = nil
  ) {
    unsafe woodshed_cell_backward(
      VectorWidth.widest, hidden, lanes, gates.pointer, before.pointer, squashed.pointer,
      dOutput.pointer, dState.pointer, dCell.pointer, rounded?.pointer)
  }
}
