/// The set of characters that a picture is drawn with; each represents a block of dots.
public enum Ink: String, CaseIterable, Hashable, Sendable {
  /// Eight dots per character, two wide and four high (Unicode block 2800…28FF).
  case braille
  /// Two dots per character, one above the other, for fonts without braille.
  case blocks
  /// Two dots per character, for terminals that show only ASCII.
  case ascii

  /// The width of a character in dots.
  public var dotsAcross: Int { self == .braille ? 2 : 1 }

  /// The height of a character in dots.
  public var dotsDown: Int { self == .braille ? 4 : 2 }

  /// The character with the dots for which `isLit(across, down)` is true, counted from the top left.
  public func character(_ isLit: (Int, Int) -> Bool) -> Character {
    switch self {
    case .braille:
      // Dots 1-2-3-7 run down the left, 4-5-6-8 down the right; dot n is bit n − 1
      // (The Unicode Standard, chapter 21.1).
      let bits: [[UInt32]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]
      var mask: UInt32 = 0
      for across in 0..<2 {
        for down in 0..<4 where isLit(across, down) { mask |= bits[across][down] }
      }
      guard mask > 0, let scalar = Unicode.Scalar(0x2800 + mask) else { return " " }
      return Character(scalar)
    case .blocks:
      return Self.pair(isLit(0, 0), isLit(0, 1), ["█", "▀", "▄"])
    case .ascii:
      return Self.pair(isLit(0, 0), isLit(0, 1), ["#", "'", "."])
    }
  }

  private static func pair(_ top: Bool, _ bottom: Bool, _ drawn: [Character]) -> Character {
    switch (top, bottom) {
    case (true, true): drawn[0]
    case (true, false): drawn[1]
    case (false, true): drawn[2]
    case (false, false): " "
    }
  }

  /// Bars of increasing height, approximated in ASCII.
  var bars: [Character] {
    self == .ascii ? Array("_.-=+*%#") : Array("▁▂▃▄▅▆▇█")
  }

  /// The characters of a frame: horizontal, vertical, the lower left corner, and a tick on the lower edge.
  public var frame: (across: Character, down: Character, corner: Character, tick: Character) {
    self == .ascii ? ("-", "|", "+", "+") : ("─", "│", "└", "┴")
  }
}
