import COneDNN
import CSIMD

/// The vector instruction set that the C loops of `CSIMD` are run with.
enum VectorWidth {
  /// The widest that both oneDNN uses here and `CSIMD` is compiled for.
  static let widest = Int32(
    Engine.has(dnnl_cpu_isa_avx512_core)
      ? woodshed_avx512 : Engine.has(dnnl_cpu_isa_avx2) ? woodshed_avx2 : woodshed_plain)
}
