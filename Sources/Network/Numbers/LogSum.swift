import CSIMD
import Foundation

/// The log-sum-exp of the logits of some tokens at a temperature T: ln Σ e^(logit/T).
///
/// It is kept as the highest logit and a scaled sum, so that it neither overflows nor loses precision.
struct LogSum {
  /// The highest of the logits; −infinity when no token is allowed.
  let highest: Float
  /// Σ e^((logit − highest)/T), 1 or more; 0 when no token is allowed.
  let sum: Float
  private let temperature: Float

  /// Sums over the tokens that `mask` `[V]` allows, and replaces each logit by its term of ``sum``, the
  /// token's unnormalised probability: 0 where the mask forbids it. When no token is allowed, the logits
  /// are left undefined.
  init(takingSharesAt logits: FloatAddress, allowing mask: [Bool], temperature: Float) {
    let (width, count) = (VectorWidth.widest, mask.count)
    self.temperature = temperature
    highest = unsafe mask.withUnsafeBytes { mask in
      unsafe woodshed_allow(
        width, count, logits.pointer, mask.baseAddress?.assumingMemoryBound(to: UInt8.self))
    }
    guard highest > -.infinity else {
      sum = 0
      return
    }
    unsafe woodshed_exponentials(width, count, logits.pointer, highest, 1 / temperature)
    sum = unsafe woodshed_sum(width, count, logits.pointer)
  }

  /// Whether no token was allowed.
  var isOfNothing: Bool { highest == -.infinity }

  /// ln of the probability mass of these tokens within `whole`, a superset of them; −infinity when there
  /// are none.
  func logShare(of whole: LogSum) -> Float {
    guard !isOfNothing else { return -.infinity }
    return min(0, (highest - whole.highest) / temperature + log(sum) - log(whole.sum))
  }

  /// ln of the probability, among these tokens, of one with this logit.
  func logProbability(of logit: Float) -> Float {
    (logit - highest) / temperature - log(sum)
  }
}
