import Text

/// How a character looks.
public struct Look: Hashable, Sendable {
  /// The colour's number of the 256 that terminals know; `nil` for the terminal's own.
  public var colour: UInt8?
  /// Whether it stands out.
  public var isBold = false
  /// Whether it stands back.
  public var isFaint = false
  /// Whether the character and what is behind it change places.
  public var isReversed = false

  /// As the terminal writes.
  public init(
    colour: UInt8? = nil, isBold: Bool = false, isFaint: Bool = false, isReversed: Bool = false
  ) {
    self.colour = colour
    self.isBold = isBold
    self.isFaint = isFaint
    self.isReversed = isReversed
  }

  /// As the terminal writes.
  public static let plain = Look()
  /// Standing back.
  public static let faint = Look(isFaint: true)
  /// Standing out.
  public static let bold = Look(isBold: true)

  /// The colour of a velocity, 1…127: from a quiet blue over green to a loud orange, all of them
  /// readable on black and on white.
  public static func velocity(_ velocity: UInt8) -> Look {
    let scale: [UInt8] = [61, 67, 73, 71, 143, 179, 208]
    return Look(colour: scale[min(scale.count - 1, max(0, Int(velocity) - 15) * scale.count / 100)])
  }

  /// Sets it, whatever was set before.
  var sequence: String {
    var codes = ["0"]
    if isBold { codes.append("1") }
    if isFaint { codes.append("2") }
    if isReversed { codes.append("7") }
    if let colour { codes.append("38;5;\(colour)") }
    return ControlSequence.look(codes)
  }
}

/// One character of a picture.
public struct Cell: Hashable, Sendable {
  /// What stands there, one column wide.
  public let character: Character
  /// How it looks.
  public var look: Look

  /// A character that looks so; one that a terminal would obey is not let in.
  public init(_ character: Character, _ look: Look = .plain) {
    self.character = character.printable
    self.look = look
  }

  /// Nothing.
  public static let blank = Cell(" ")
}

/// A row of cells.
public typealias Line = [Cell]

extension Line {
  /// Text that looks so.
  public init(_ text: String, _ look: Look = .plain) {
    self = text.map { Cell($0, look) }
  }

  /// Its characters alone, without blanks at the end.
  public var text: String {
    var characters = map(\.character)
    while characters.last == " " { characters.removeLast() }
    return String(characters)
  }

  /// Its characters and, where the page has colour, what sets their looks; ends looking plain.
  public func written(withColour hasColour: Bool) -> String {
    guard hasColour else { return text }
    let end = (lastIndex { $0.character != " " || $0.look.isReversed } ?? -1) + 1
    var written = ""
    var look = Look.plain
    for cell in self[..<end] {
      // A blank has no colour to show.
      if cell.look != look, cell.character != " " || cell.look.isReversed || look.isReversed {
        written += cell.look.sequence
        look = cell.look
      }
      written.append(cell.character)
    }
    return look == .plain ? written : written + Look.plain.sequence
  }

  /// No wider than `width`, with an ellipsis where text is lost.
  public func cut(to width: Int, ellipsis: Character = "…") -> Line {
    guard count > width else { return self }
    guard width > 0 else { return [] }
    return self[..<(width - 1)] + [Cell(ellipsis, self[width - 1].look)]
  }

  /// As wide as `width`: filled with blanks, or cut, with an ellipsis where text is lost.
  public func fitted(to width: Int, ellipsis: Character = "…") -> Line {
    cut(to: width, ellipsis: ellipsis)
      + Array(repeating: .blank, count: Swift.max(0, width - count))
  }
}
