/// What woodshed sends to a terminal to be obeyed and not to be shown.
///
/// Source: ECMA-48 (CUP, ED, EL, SGR); xterm's ctlseqs, "DECSET", 25 and 1049.
public enum ControlSequence {
  /// Back to the first column, and the line blank; computed, so that a signal handler may ask for it.
  public static var blankLine: StaticString { "\r\u{1B}[K" }

  /// To the beginning of a row, counted from 1, and the row blank.
  static func blankRow(_ row: Int) -> String { "\u{1B}[\(row);1H\u{1B}[K" }

  /// The alternate screen, and no cursor.
  static let enterScreen = "\u{1B}[?1049h\u{1B}[?25l"

  /// The alternate screen blank, and looks plain.
  static let clearScreen = "\u{1B}[0m\u{1B}[2J"

  /// Looks plain, the cursor back, and the screen as it was before.
  static let leaveScreen = "\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l"

  /// The look of what follows, whatever was set before.
  static func look(_ codes: [String]) -> String { "\u{1B}[\(codes.joined(separator: ";"))m" }
}
