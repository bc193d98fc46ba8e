/// A key of the terminal.
public enum Key: Hashable, Sendable {
  /// A letter, digit, sign or space.
  case character(Character)
  case enter, escape, backspace
  case left, right, up, down
  /// An arrow with Shift held.
  case shiftLeft, shiftRight
  case home, end
}

/// Parses keys from a terminal's bytes, which may arrive in any pieces.
///
/// Source: ECMA-48, 5.4 (control sequences); xterm's ctlseqs, "PC-Style Function Keys".
struct KeyParser {
  private var rest: [UInt8] = []

  /// The keys completed by these bytes; unknown ones are skipped.
  mutating func keys(in bytes: some Sequence<UInt8>) -> [Key] {
    rest += bytes
    var keys: [Key] = []
    while let (key, length) = first() {
      rest.removeFirst(length)
      if let key { keys.append(key) }
    }
    return keys
  }

  /// Whether there are bytes that may be the Escape key or the beginning of another one.
  var isWaiting: Bool { !rest.isEmpty }

  /// The key of the remaining bytes if nothing more arrives: the Escape key, or none.
  mutating func flush() -> [Key] {
    defer { rest = [] }
    return rest.first == 0x1B ? [.escape] : []
  }

  /// The first key and its number of bytes; `nil` while it is incomplete.
  private func first() -> (key: Key?, length: Int)? {
    guard let byte = rest.first else { return nil }
    switch byte {
    case 0x1B: return escaped()
    case 0x0A, 0x0D: return (.enter, 1)
    case 0x08, 0x7F: return (.backspace, 1)
    case ..<0x20: return (nil, 1)
    default: return character(byte)
    }
  }

  private func escaped() -> (key: Key?, length: Int)? {
    guard rest.count > 1 else { return nil }
    guard rest[1] == UInt8(ascii: "[") || rest[1] == UInt8(ascii: "O") else {
      return (.escape, 1)
    }
    // Parameters, 30…3F, and intermediates, 20…2F, up to the final byte.
    guard let end = rest[2...].firstIndex(where: { !(0x20...0x3F).contains($0) }) else {
      return rest.count > 32 ? (nil, rest.count) : nil
    }
    let parameters = String(decoding: rest[2..<end], as: UTF8.self)
    let isShifted = parameters.hasSuffix(";2")
    let key: Key? =
      switch (rest[end], parameters) {
      case (UInt8(ascii: "A"), _): .up
      case (UInt8(ascii: "B"), _): .down
      case (UInt8(ascii: "C"), _): isShifted ? .shiftRight : .right
      case (UInt8(ascii: "D"), _): isShifted ? .shiftLeft : .left
      case (UInt8(ascii: "H"), _), (UInt8(ascii: "~"), "1"), (UInt8(ascii: "~"), "7"): .home
      case (UInt8(ascii: "F"), _), (UInt8(ascii: "~"), "4"), (UInt8(ascii: "~"), "8"): .end
      default: nil
      }
    return (key, end + 1)
  }

  /// A character of UTF-8, one to four bytes.
  private func character(_ byte: UInt8) -> (key: Key?, length: Int)? {
    let length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
    guard rest.count >= length else { return nil }
    guard let text = String(validating: rest[..<length], as: UTF8.self),
      let character = text.first
    else { return (nil, 1) }
    return (.character(character), length)
  }
}
