/// Reads a line of a settings file, from left to right; skips spaces and tabs around what it reads.
struct SettingsLineReader {
  /// What is wrong with the line, as a clause.
  struct Fault: Error {
    let cause: String
  }

  private var rest: Substring.UnicodeScalarView

  init(_ line: Substring.UnicodeScalarView) {
    rest = line
    skipSpaces()
  }

  /// Whether nothing is left but a comment.
  var isAtEnd: Bool { rest.isEmpty || rest.first == "#" }

  /// The fault that the next character is not allowed here.
  var unexpected: Fault {
    let name =
      switch rest.first {
      case nil: "the end of the line"
      case let scalar? where scalar.isControl: "the character number \(scalar.value)"
      case let scalar?: "'\(scalar)'"
      }
    return Fault(cause: "\(name) cannot stand there")
  }

  /// Consumes the scalar if it is the next one, and returns whether it was.
  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard rest.first == scalar else { return false }
    rest.removeFirst()
    skipSpaces()
    return true
  }

  /// Reads a key of one or more parts, separated by dots.
  mutating func key() throws(Fault) -> String {
    var parts: [String] = []
    repeat {
      let part = rest.prefix(while: \.isKeyPart)
      guard !part.isEmpty else { throw unexpected }
      parts.append(String(part))
      rest.removeFirst(part.count)
      skipSpaces()
    } while take(".")
    return parts.joined(separator: ".")
  }

  /// Reads a value.
  mutating func value() throws(Fault) -> SettingsText.Value {
    let value =
      switch rest.first {
      case "\"": SettingsText.Value.string(try basicString())
      case "'": SettingsText.Value.string(try literalString())
      default: try word()
      }
    skipSpaces()
    return value
  }

  private mutating func skipSpaces() {
    rest = rest.drop { $0 == " " || $0 == "\t" }
  }
}

// MARK: - Numbers and booleans

extension SettingsLineReader {
  private mutating func word() throws(Fault) -> SettingsText.Value {
    let word = String(rest.prefix { $0 != " " && $0 != "\t" && $0 != "#" })
    guard !word.isEmpty, !word.unicodeScalars.contains(where: \.isControl) else { throw unexpected }
    rest.removeFirst(word.unicodeScalars.count)
    if word == "true" || word == "false" { return .boolean(word == "true") }
    guard let isWhole = Self.isWhole(word.utf8[...]) else {
      throw Fault(cause: "'\(word)' is no decimal number, no true or false, and has no quotes")
    }
    let digits = word.filter { $0 != "_" }
    if isWhole, let number = Int64(digits) { return .integer(number) }
    if !isWhole, let number = Double(digits), number.isFinite { return .float(number) }
    throw Fault(cause: "\(word) is too large")
  }

  /// Whether a number is written without a point and an exponent; `nil` if the text is not a number.
  private static func isWhole(_ number: Substring.UTF8View) -> Bool? {
    var rest = number
    func sign() {
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    }
    /// Reads digits, which single underscores may separate; `nil` if there are none.
    func digits() -> Substring.UTF8View? {
      let digits = rest.prefix { $0.isDigit || $0 == UInt8(ascii: "_") }
      rest = rest.dropFirst(digits.count)
      let isSound = zip(digits, digits.dropFirst()).allSatisfy { $0.isDigit || $1.isDigit }
      return isSound && digits.first?.isDigit == true && digits.last?.isDigit == true ? digits : nil
    }
    sign()
    guard let whole = digits(), whole.count == 1 || whole.first != UInt8(ascii: "0") else {
      return nil
    }
    if rest.isEmpty { return true }
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      if digits() == nil { return nil }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest.removeFirst()
      sign()
      if digits() == nil { return nil }
    }
    return rest.isEmpty ? false : nil
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
}

// MARK: - Strings

extension SettingsLineReader {
  private mutating func literalString() throws(Fault) -> String {
    rest.removeFirst()
    var string = String.UnicodeScalarView()
    while let scalar = try next() {
      if scalar == "'" { return String(string) }
      string.append(scalar)
    }
    throw Fault(cause: "the text in quotes does not end")
  }

  private mutating func basicString() throws(Fault) -> String {
    rest.removeFirst()
    var string = String.UnicodeScalarView()
    while let scalar = try next() {
      if scalar == "\"" { return String(string) }
      string.append(scalar == "\\" ? try escaped() : scalar)
    }
    throw Fault(cause: "the text in quotes does not end")
  }

  /// The next scalar of a string, `nil` at the line's end; throws for control characters other than a tab.
  private mutating func next() throws(Fault) -> Unicode.Scalar? {
    guard let scalar = rest.first else { return nil }
    guard scalar == "\t" || !scalar.isControl else { throw unexpected }
    return rest.removeFirst()
  }

  /// Reads what follows a backslash and returns the scalar that it stands for.
  private mutating func escaped() throws(Fault) -> Unicode.Scalar {
    guard let letter = try next() else { throw Fault(cause: "the text in quotes does not end") }
    switch letter {
    case "b": return "\u{8}"
    case "t": return "\t"
    case "n": return "\n"
    case "f": return "\u{C}"
    case "r": return "\r"
    case "\"", "\\": return letter
    case "u", "U":
      let digits = String(rest.prefix(letter == "u" ? 4 : 8))
      guard digits.unicodeScalars.count == (letter == "u" ? 4 : 8),
        digits.unicodeScalars.allSatisfy(\.properties.isASCIIHexDigit),
        let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init)
      else { throw Fault(cause: "'\\\(letter)' is followed by no character's number") }
      rest.removeFirst(digits.unicodeScalars.count)
      return scalar
    default: throw Fault(cause: "'\\\(letter)' stands for nothing; a backslash is written twice")
    }
  }
}

extension Unicode.Scalar {
  fileprivate var isControl: Bool { value < 0x20 || value == 0x7F }

  fileprivate var isKeyPart: Bool {
    switch self {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
    default: false
    }
  }
}
