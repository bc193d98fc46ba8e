/// The functions of gates, eight values side by side, to about 2 units in the last place of 1.
enum Activation {
  typealias Vector = SIMD8<Float>

  /// 1 / (1 + e^−x)
  @inline(__always)
  static func logistic(_ x: Vector) -> Vector { 1 / (1 + exponential(-x)) }

  /// tanh x = 2 / (1 + e^−2x) − 1
  @inline(__always)
  static func tanh(_ x: Vector) -> Vector { 2 / (1 + exponential(-2 * x)) - 1 }

  /// e^x, for x within ±87; beyond, what it is there.
  ///
  /// x = n ln 2 + r with |r| ≤ ½ ln 2, so that e^x = 2^n e^r, and e^r is a polynomial of the sixth
  /// degree. Source: Cephes, `expf`.
  @inline(__always)
  static func exponential(_ x: Vector) -> Vector {
    let limit = Vector(repeating: 87)
    var x = x.replacing(with: limit, where: x .> limit)
    x.replace(with: -limit, where: x .< -limit)
    // Adding 1.5 · 2²³ leaves the nearest whole number in the lowest bits.
    let magic = Vector(repeating: 12_582_912)
    let shifted = x * 1.442_695_04 + magic
    let whole = shifted - magic
    let rest = x - whole * 0.693_359_375 + whole * 2.121_944_4e-4
    var sum = Vector(repeating: 1.987_569_1e-4)
    sum = sum * rest + 1.398_199_9e-3
    sum = sum * rest + 8.333_452e-3
    sum = sum * rest + 4.166_579_6e-2
    sum = sum * rest + 1.666_666_5e-1
    sum = sum * rest + 0.5
    sum = sum * rest * rest + rest + 1
    let power = unsafe unsafeBitCast(shifted, to: SIMD8<Int32>.self) &<< 23
    return unsafe unsafeBitCast(
      unsafeBitCast(sum, to: SIMD8<Int32>.self) &+ power, to: Vector.self)
  }
}
