import COneDNN
import CSIMD

/// The vectors that our own loops in C work on.
enum VectorWidth {
  /// As wide as oneDNN uses them here.
  static let widest = Int32(
    Engine.has(dnnl_cpu_isa_avx512_core)
      ? woodshed_avx512 : Engine.has(dnnl_cpu_isa_avx2) ? woodshed_avx2 : woodshed_plain)
}
