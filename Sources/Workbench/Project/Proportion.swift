import Work

/// A count out of a total, with its share and confidence interval.
public struct Proportion: Codable, Hashable, Sendable {
  /// The count, 0…`total`.
  public var count: Int
  /// The total.
  public var total: Int

  init(count: Int, of total: Int) {
    self.count = count
    self.total = total
  }

  /// The count's share of the total, 0…1; 0 if the total is 0.
  public var share: Double { total == 0 ? 0 : Double(count) / Double(total) }

  /// The 95 % confidence interval of the share; 0…1 if the total is 0.
  ///
  /// Source: Wilson, "Probable inference, the law of succession, and statistical inference",
  /// Journal of the American Statistical Association 22, 1927.
  public var interval: ClosedRange<Double> {
    guard total > 0 else { return 0...1 }
    let (z, n) = (1.959964, Double(total))
    let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    return max(0, middle - half)...min(1, middle + half)
  }

  /// "71 %".
  package var percent: String { Self.percent(share) }

  /// "52 to 85 %", of ``interval``.
  package var percentInterval: String {
    let lower = Int(nearestTo: interval.lowerBound * 100)
    return "\(lower) to \(Self.percent(interval.upperBound))"
  }

  private static func percent(_ share: Double) -> String { "\(Int(nearestTo: share * 100)) %" }
}
