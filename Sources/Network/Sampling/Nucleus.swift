/// Nucleus (top-p) filtering of a token distribution.
///
/// Source: nucleus sampling, Holtzman et al., arXiv 1904.09751.
struct Nucleus {
  /// Candidate tokens, as keys that sort like their shares.
  private var order: [UInt64] = []

  /// Keeps the likeliest tokens that together have at least `aim` of `sum`, sets the shares of the others to
  /// 0, and returns the sum of those kept.
  ///
  /// - Parameters:
  ///   - shares: Unnormalised probabilities, `[count]`, 0 or more.
  ///   - sum: The sum of all shares.
  mutating func cut(
    _ shares: FloatAddress, count: Int, to aim: Float, of sum: Float
  ) -> Float {
    // All shares below this add up to less than what may be cut off, so none of them is kept.
    let least = (sum - aim) / Float(count)
    // Positive floats sort like their bit patterns; among equal shares the lower token comes first.
    order.removeAll(keepingCapacity: true)
    for token in 0..<count {
      let share = unsafe shares.pointer[token]
      if share > least {
        order.append(UInt64(share.bitPattern) << 32 | UInt64(UInt32.max - UInt32(token)))
      } else {
        unsafe shares.pointer[token] = 0
      }
    }
    return unsafe order.withUnsafeMutableBufferPointer {
      unsafe Self.keep(&$0, of: shares, to: aim)
    }
  }

  /// The same for the tokens of `order`, which it rearranges.
  ///
  /// A quickselect: the rest is partitioned only as far as needed to know which tokens are kept.
  private static func keep(
    _ order: inout UnsafeMutableBufferPointer<UInt64>, of shares: FloatAddress, to aim: Float
  ) -> Float {
    func token(_ entry: UInt64) -> Int { Int(UInt32.max - UInt32(truncatingIfNeeded: entry)) }
    var (kept, first, end): (Float, Int, Int) = (0, 0, order.count)
    while end - first > 1 {
      let pivot = unsafe middle(order[first], order[(first + end) / 2], order[end - 1])
      let bound = unsafe order[first..<end].partition { $0 < pivot }
      var upper: Float = 0
      for index in first..<bound { unsafe upper += shares.pointer[token(order[index])] }
      if kept + upper < aim {
        kept += upper
        first = bound
      } else if bound < end {
        end = bound
      } else {
        break
      }
    }
    unsafe order[first..<end].sort(by: >)
    var place = first
    while place < end, kept < aim {
      unsafe kept += shares.pointer[token(order[place])]
      place += 1
    }
    for index in place..<order.count { unsafe shares.pointer[token(order[index])] = 0 }
    return kept
  }

  private static func middle(_ a: UInt64, _ b: UInt64, _ c: UInt64) -> UInt64 {
    max(min(a, b), min(max(a, b), c))
  }
}
