extension String {
  /// The string as it may be written to a terminal, in one line: what a terminal or a reader's eye
  /// would obey instead of showing is `U+FFFD`.
  ///
  /// A file's name, a note or a port may hold anything.
  public var printable: String { replacingObeyed(except: nil) }

  /// The string as it may be written to a terminal, in the lines that it has.
  public var printableLines: String { replacingObeyed(except: "\n") }

  private func replacingObeyed(except kept: Unicode.Scalar?) -> String {
    guard unicodeScalars.contains(where: { $0.isObeyed && $0 != kept }) else { return self }
    return String(
      String.UnicodeScalarView(
        unicodeScalars.map { $0.isObeyed && $0 != kept ? "\u{FFFD}" : $0 }))
  }
}

extension Character {
  /// The character, or `U+FFFD` for one that a terminal would obey.
  public var printable: Character {
    unicodeScalars.contains(where: \.isObeyed) ? "\u{FFFD}" : self
  }
}

extension Unicode.Scalar {
  /// Whether it does something instead of being seen: control characters of both sets, what ends a
  /// line, and what turns the direction of the text around it.
  ///
  /// Source: ECMA-48; Unicode Standard Annex 9, section 2; Boucher and Anderson, "Trojan Source", 2023.
  package var isObeyed: Bool {
    switch value {
    // Nearly all text that is ever written.
    case 0x20...0x7E, 0xA0...0x61B: false
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
