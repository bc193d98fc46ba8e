import CSIMD
import Foundation

/// The AdamW optimiser, with a pull toward anchor weights beside the weight decay.
///
/// ```
/// m = β₁ m + (1 − β₁) g          v = β₂ v + (1 − β₂) g²
/// w ← w − η ( m̂ / (√v̂ + ε) + λ w + α (w − w₀) )
/// ```
///
/// Source: Loshchilov and Hutter, arXiv 1711.05101; the pull is L2-SP, Li et al., arXiv 1802.01483,
/// decoupled from the gradient like the decay.
struct AdamW {
  static let beta1: Float = 0.9
  static let beta2: Float = 0.999
  static let epsilon: Float = 1e-8

  /// The first and second moments, m and v.
  let first: FloatBuffer
  let second: FloatBuffer
  /// How many updates have been made.
  var step = 0
  /// Ranges that cover all weights, each with the factor of its learning rate.
  private let parts: [(range: Range<Int>, share: Float)]

  /// - Parameters:
  ///   - count: How many weights there are.
  ///   - parts: Ranges that cover all weights, each with the factor of its learning rate; `nil` for 1
  ///     throughout.
  init(count: Int, parts: [(range: Range<Int>, share: Float)]? = nil) {
    first = FloatBuffer(count: count)
    second = FloatBuffer(count: count)
    self.parts = parts ?? [(0..<count, 1)]
  }

  /// Updates `weights` by `gradients`, which are clipped to a global norm of `clip`.
  ///
  /// - Parameters:
  ///   - anchor: The anchor weights w₀; `nil` for no pull.
  ///   - average: A running average of the weights, which moves toward them by the fraction `follow`.
  /// - Returns: The gradients' global norm before clipping.
  mutating func update(
    _ weights: FloatBuffer, by gradients: FloatBuffer, learningRate: Float, weightDecay: Float,
    clip: Float, anchor: [Float]?, anchorStrength: Float, average: FloatBuffer? = nil,
    follow: Float = 0
  ) -> Float {
    step += 1
    let norm = Self.norm(of: gradients)
    var update = woodshed_update(
      scale: norm > clip ? clip / (norm + 1e-6) : 1, beta1: Self.beta1, beta2: Self.beta2,
      epsilon: Self.epsilon, correction1: 1 - pow(Self.beta1, Float(step)),
      correction2: 1 - pow(Self.beta2, Float(step)), rate: learningRate, decay: weightDecay,
      pull: anchorStrength, follow: follow)
    let (w, g, m, v) = (
      weights.address(), gradients.address(), first.address(), second.address()
    )
    let average = average?.address()
    for (range, share) in parts where share > 0 {
      update.rate = learningRate * share
      let update = update
      inParts(range.count) { part in
        let start = range.lowerBound + part.lowerBound
        unsafe (anchor ?? []).withUnsafeBufferPointer { anchor in
          unsafe withUnsafePointer(to: update) { update in
            unsafe woodshed_adamw(
              VectorWidth.widest, update, part.count, w.pointer + start, m.pointer + start,
              v.pointer + start, g.pointer + start,
              anchor.isEmpty ? nil : anchor.baseAddress.map { unsafe $0 + start },
              average.map { unsafe $0.pointer + start })
          }
        }
      }
    }
    return norm
  }

  /// The global norm of the gradients; summed in parts of fixed size, so that it does not depend on the
  /// number of processors.
  static func norm(of gradients: FloatBuffer) -> Float {
    let size = 65536
    let parts = (gradients.count + size - 1) / size
    let sums = FloatBuffer(count: parts)
    let (g, out, count) = (gradients.address(), sums.address(), gradients.count)
    inParts(parts) { range in
      for part in range {
        var lanes = SIMD8<Float>()
        var index = part * size
        let end = min(count, index + size)
        while index + 8 <= end {
          let values = unsafe UnsafeRawPointer(g.pointer + index)
            .loadUnaligned(as: SIMD8<Float>.self)
          lanes += values * values
          index += 8
        }
        var sum = lanes.sum()
        while index < end {
          unsafe sum += g.pointer[index] * g.pointer[index]
          index += 1
        }
        unsafe out.pointer[part] = sum
      }
    }
    return Float(sums.values.reduce(0.0) { $0 + Double($1) }.squareRoot())
  }
}
