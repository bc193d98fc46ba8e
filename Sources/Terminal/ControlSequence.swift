/// The control sequences that woodshed sends to a terminal.
///
/// Source: ECMA-48 (CUP, ED, EL, SGR); xterm's ctlseqs, "DECSET", 25 and 1049.
public enum ControlSequence {
  /// Returns to the first column and clears the line; computed, so that a signal handler may use it.
  public static var blankLine: StaticString { "\r\u{1B}[K" }

  /// Moves to the beginning of a row, counted from 1, and clears it.
  static func blankRow(_ row: Int) -> String { "\u{1B}[\(row);1H\u{1B}[K" }

  /// Switches to the alternate screen and hides the cursor.
  static let enterScreen = "\u{1B}[?1049h\u{1B}[?25l"

  /// Clears the screen and resets the look.
  static let clearScreen = "\u{1B}[0m\u{1B}[2J"

  /// Resets the look, shows the cursor, and restores the screen as it was before.
  static let leaveScreen = "\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l"

  /// Sets the look of the following characters by SGR codes.
  static func look(_ codes: [String]) -> String { "\u{1B}[\(codes.joined(separator: ";"))m" }
}
