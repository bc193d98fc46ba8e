extension PianoRoll {
  /// The columns for the names of keys at the left.
  public static let margin = 5

  /// The rows for the time axis below.
  public static let foot = 2

  /// The roll with the names of its Cs at the left and a time axis below.
  ///
  /// - Parameter times: Whether the times are drawn.
  /// - Returns: ``rows`` lines, and ``foot`` more with times, each `margin + columns` wide.
  public func framed(times: Bool = true) -> [Line] {
    let frame = ink.frame
    var names: [Int: String] = [:]
    for pitch in pitches where pitch % 12 == 0 { names[row(of: pitch)] = "C\(pitch / 12 - 1)" }
    var lines = cells.enumerated().map { index, cells in
      let name = names[index] ?? ""
      let label = String(repeating: " ", count: Self.margin - 2 - name.count) + name + " "
      return Line(label + String(frame.down), .faint) + cells
    }
    if times {
      lines += [axis, scaleOfTimes]
    }
    return lines
  }

  /// The ticks of the time axis: columns of the roll, and times in seconds.
  private var ticks: [(column: Int, seconds: Double)] {
    let seconds = Double(window.upperBound - window.lowerBound) / 1e9
    let start = Double(window.lowerBound) / 1e9
    let steps: [Double] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200]
    // About 12 columns for each label with the space around it.
    let most = max(1, Double(columns) / 12)
    guard let step = steps.first(where: { seconds / $0 <= most }) ?? steps.last else { return [] }
    var ticks: [(column: Int, seconds: Double)] = []
    var time = (start / step).rounded(.up) * step
    while time < start + seconds {
      ticks.append((Int((time - start) / seconds * Double(columns)), time))
      time += step
    }
    return ticks
  }

  private var axis: Line {
    let frame = ink.frame
    var line = Array(repeating: Cell(frame.across, .faint), count: columns)
    for tick in ticks { line[tick.column] = Cell(frame.tick, .faint) }
    return Line(String(repeating: " ", count: Self.margin - 1) + String(frame.corner), .faint)
      + line
  }

  private var scaleOfTimes: Line {
    var line = Array(repeating: Cell.blank, count: Self.margin + columns)
    for tick in ticks {
      let text = TimeText.text(seconds: tick.seconds)
      // Centred under its tick; a label at the left edge begins there.
      let begin = Self.margin + tick.column - (tick.column == 0 ? 0 : text.count / 2)
      guard begin + text.count <= line.count else { continue }
      line.replaceSubrange(begin..<(begin + text.count), with: Line(text, .faint))
    }
    return line
  }
}

/// Times as labels of an axis.
enum TimeText {
  /// "0:48", "12:05", "1:05:00".
  static func text(seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
    return whole < 3600
      ? "\(whole / 60):\(two(whole % 60))"
      : "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
  }
}
