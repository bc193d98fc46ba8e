import CSIMD

/// What is left out of a layer's outputs while training, so that no output can rely on another.
///
/// Source: Srivastava et al. 2014; between layers only, as Zaremba et al., arXiv 1409.2329.
enum Dropout {
  /// Fills a part of `mask` with 0 for what is left out and 1/(1 − p) for the rest.
  ///
  /// - Parameter share: p, 0 ≤ p < 1.
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
