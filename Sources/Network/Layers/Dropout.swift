import CSIMD

/// Dropout of a layer's outputs while training.
///
/// Source: Srivastava et al. 2014; between layers only, as in Zaremba et al., arXiv 1409.2329.
enum Dropout {
  /// Fills `range` of `mask` with 0 for outputs that are dropped and 1/(1 − p) for the others.
  ///
  /// - Parameter share: The dropout rate p, 0 ≤ p < 1.
  static func draw(
    _ mask: FloatBuffer, in range: Range<Int>, share: Float,
    using random: inout SeededGenerator
  ) {
    precondition(range.lowerBound >= 0 && range.upperBound <= mask.count)
    let scale = 1 / (1 - share)
    let threshold = UInt64(share * 65536)
    let whole = range.count & ~31
    unsafe woodshed_draw(
      VectorWidth.widest, whole, mask.pointer + range.lowerBound, random.state,
      UInt32(threshold), scale)
    random.skip(whole / 4)
    var index = range.lowerBound + whole
    while index < range.upperBound {
      var bits = random.next()
      for offset in 0..<min(4, range.upperBound - index) {
        unsafe mask.pointer[index + offset] = bits & 0xFFFF < threshold ? 0 : scale
        bits >>= 16
      }
      index += 4
    }
  }
}
