extension String {
  /// The string made safe to write to a terminal, in one line: control characters and bidirectional controls
  /// become `U+FFFD`.
  ///
  /// For text from outside, which may contain anything: file names, notes, ports.
  public var printable: String { replacingObeyed(except: nil) }

  /// The same, but keeping line feeds.
  public var printableLines: String { replacingObeyed(except: "\n") }

  private func replacingObeyed(except kept: Unicode.Scalar?) -> String {
    guard unicodeScalars.contains(where: { $0.isObeyed && $0 != kept }) else { return self }
    return String(
      String.UnicodeScalarView(
        unicodeScalars.map { $0.isObeyed && $0 != kept ? "\u{FFFD}" : $0 }))
  }
}

extension Character {
  /// The character, or `U+FFFD` for one with a control character.
  public var printable: Character {
    unicodeScalars.contains(where: \.isObeyed) ? "\u{FFFD}" : self
  }
}

extension Unicode.Scalar {
  /// Whether it controls the display instead of being shown: C0 and C1 control characters, line separators,
  /// and bidirectional formatting characters.
  ///
  /// Source: ECMA-48; Unicode Standard Annex 9, section 2; Boucher and Anderson, "Trojan Source", 2023.
  package var isObeyed: Bool {
    switch value {
    // The common case first.
    case 0x20...0x7E, 0xA0...0x61B: false
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
