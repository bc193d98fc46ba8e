/// What is left out of a layer's outputs while training, so that no output can rely on another.
///
/// Source: Srivastava et al. 2014; between layers only, as Zaremba et al., arXiv 1409.2329.
enum Dropout {
  /// Fills `mask` with 0 for what is left out and 1/(1 − p) for the rest.
  ///
  /// - Parameter share: p, 0 ≤ p < 1.
  static func draw(_ mask: FloatBuffer, share: Float, using random: inout SeededGenerator) {
    let scale = 1 / (1 - share)
    let threshold = UInt64(share * 65536)
    var index = 0
    while index < mask.count {
      var bits = random.next()
      for offset in 0..<min(4, mask.count - index) {
        unsafe mask.pointer[index + offset] = bits & 0xFFFF < threshold ? 0 : scale
        bits >>= 16
      }
      index += 4
    }
  }
}
