import Work

/// So many of so many.
public struct Proportion: Codable, Hashable, Sendable {
  /// How many it is true of, 0…`total`.
  public var count: Int
  /// How many there are.
  public var total: Int

  init(count: Int, of total: Int) {
    self.count = count
    self.total = total
  }

  /// 0…1; 0 of none.
  public var share: Double { total == 0 ? 0 : Double(count) / Double(total) }

  /// Where the share is with a chance of 95 %, as far as so many can tell; 0…1 with none.
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
