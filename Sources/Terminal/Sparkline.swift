/// Values as a row of bars, one character high.
public enum Sparkline {
  /// A bar for each value, from the lowest bar at `bounds.lowerBound` to the highest at
  /// `bounds.upperBound`; values outside are clamped.
  ///
  /// - Parameters:
  ///   - values: From left to right; NaN and infinite values are blank.
  ///   - bounds: By default those of the values; if all are equal, they get the lowest bar.
  ///   - ink: The characters to draw with.
  public static func text(
    _ values: [Double], in bounds: ClosedRange<Double>? = nil, ink: Ink
  ) -> String {
    let finite = values.filter(\.isFinite)
    let bounds = bounds ?? (finite.min() ?? 0)...(finite.max() ?? 0)
    let bars = ink.bars
    let width = bounds.upperBound - bounds.lowerBound
    return String(
      values.map { value in
        guard value.isFinite else { return " " }
        guard width > 0 else { return bars[0] }
        let height = (value - bounds.lowerBound) / width * Double(bars.count - 1)
        return bars[max(0, min(bars.count - 1, Int(height.rounded())))]
      })
  }

  /// A curve in at most `width` characters; if there are more values, the means of equal parts of them.
  public static func curve(_ values: [Double], width: Int, ink: Ink) -> String {
    guard width > 0, !values.isEmpty else { return "" }
    guard values.count > width else { return text(values, ink: ink) }
    let means = (0..<width).map { index in
      let part = values[(values.count * index / width)..<(values.count * (index + 1) / width)]
      return part.reduce(0, +) / Double(part.count)
    }
    return text(means, ink: ink)
  }

  /// A progress bar, `width` characters wide.
  ///
  /// - Parameter share: 0…1.
  public static func gauge(_ share: Double, width: Int, ink: Ink) -> String {
    let share = max(0, min(1, share.isNaN ? 0 : share))
    let (full, half, empty): (Character, Character, Character) =
      ink == .ascii ? ("#", "#", ".") : ("━", "╸", "─")
    let halves = Int(share * Double(max(0, width)) * 2)
    let drawn = String(repeating: full, count: halves / 2) + (halves % 2 == 1 ? String(half) : "")
    return drawn + String(repeating: empty, count: max(0, width - drawn.count))
  }
}
