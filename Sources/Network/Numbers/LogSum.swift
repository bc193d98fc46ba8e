import CSIMD
import Foundation

/// ln of the sum of e^(logit/T) over some tokens, at a temperature T.
///
/// It is kept in two parts, so that it neither overflows nor loses what is small.
struct LogSum {
  /// The highest of the logits; −infinity where there are none.
  let highest: Float
  /// Σ e^((logit − highest)/T), 1 or more; 0 where there are none.
  let sum: Float
  private let temperature: Float

  /// Sums over the tokens that `mask` `[V]` allows, and puts what each token's probability is a share
  /// of in place of its logit: 0 for those that are not allowed. Where none is, nothing is summed, and
  /// what is left in place of the logits means nothing.
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

  /// Whether there was nothing to sum.
  var isOfNothing: Bool { highest == -.infinity }

  /// ln of the share that these tokens have of `whole`, of which they are a part; −infinity where there
  /// are none.
  func logShare(of whole: LogSum) -> Float {
    guard !isOfNothing else { return -.infinity }
    return min(0, (highest - whole.highest) / temperature + log(sum) - log(whole.sum))
  }

  /// ln of the probability of a token of this logit among these tokens.
  func logProbability(of logit: Float) -> Float {
    (logit - highest) / temperature - log(sum)
  }
}
