/// When the sustain pedal is down, as a row below a piano roll.
public enum PedalLane {
  /// The row, as wide as a framed roll of so many columns.
  ///
  /// - Parameters:
  ///   - spans: From when to when the pedal is down, in nanoseconds since the take began.
  ///   - window: The part of the take that is drawn; not empty.
  ///   - columns: Characters from left to right, 1 or more.
  ///   - ink: What to draw with.
  public static func framed(
    _ spans: [Range<Int64>], window: Range<Int64>, columns: Int, ink: Ink
  ) -> Line {
    precondition(!window.isEmpty && columns > 0, "a lane of \(columns) columns")
    let width = columns * ink.dotsAcross
    let length = Double(window.upperBound - window.lowerBound) / Double(width)
    var isDown = Array(repeating: false, count: width)
    for span in spans where span.overlaps(window) {
      // To the nearest dots, so that a short lift is seen; and the shortest pressing is.
      let first = (Double(span.lowerBound - window.lowerBound) / length).rounded()
      let last = (Double(span.upperBound - window.lowerBound) / length).rounded() - 1
      let from = min(width - 1, max(0, Int(first)))
      for dot in from...max(from, min(width - 1, Int(last))) { isDown[dot] = true }
    }
    let cells = (0..<columns).map { column in
      let character: Character =
        switch ink {
        // The two rows of dots in the middle.
        case .braille:
          ink.character { across, down in (1...2).contains(down) && isDown[column * 2 + across] }
        case .blocks: isDown[column] ? "▄" : " "
        case .ascii: isDown[column] ? "=" : " "
        }
      return character == " " ? Cell.blank : Cell(character, Look(colour: 67))
    }
    return Line("ped \(ink.frame.down)", .faint) + cells
  }
}
