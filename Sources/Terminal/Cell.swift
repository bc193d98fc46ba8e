import Text

/// The display attributes of a character.
public struct Look: Hashable, Sendable {
  /// The colour in the palette of 256; `nil` for the terminal's default.
  public var colour: UInt8?
  /// Whether it is bold.
  public var isBold = false
  /// Whether it is faint.
  public var isFaint = false
  /// Whether foreground and background are exchanged.
  public var isReversed = false

  /// A look; by default plain.
  public init(
    colour: UInt8? = nil, isBold: Bool = false, isFaint: Bool = false, isReversed: Bool = false
  ) {
    self.colour = colour
    self.isBold = isBold
    self.isFaint = isFaint
    self.isReversed = isReversed
  }

  /// The terminal's default.
  public static let plain = Look()
  /// Faint.
  public static let faint = Look(isFaint: true)
  /// Bold.
  public static let bold = Look(isBold: true)

  /// The colour of a velocity, 1…127: from a quiet blue over green to a loud orange, all of them
  /// readable on black and on white.
  public static func velocity(_ velocity: UInt8) -> Look {
    let scale: [UInt8] = [61, 67, 73, 71, 143, 179, 208]
    return Look(colour: scale[min(scale.count - 1, max(0, Int(velocity) - 15) * scale.count / 100)])
  }

  /// The control sequence that sets it, resetting all other attributes.
  var sequence: String {
    var codes = ["0"]
    if isBold { codes.append("1") }
    if isFaint { codes.append("2") }
    if isReversed { codes.append("7") }
    if let colour { codes.append("38;5;\(colour)") }
    return ControlSequence.look(codes)
  }
}

/// One character with its look.
public struct Cell: Hashable, Sendable {
  /// The character, one column wide.
  public let character: Character
  /// Its look.
  public var look: Look

  /// A character with its look; control characters are replaced.
  public init(_ character: Character, _ look: Look = .plain) {
    self.character = character.printable
    self.look = look
  }

  /// A blank.
  public static let blank = Cell(" ")
}

/// A row of cells.
public typealias Line = [Cell]

extension Line {
  /// Text with a look.
  public init(_ text: String, _ look: Look = .plain) {
    self = text.map { Cell($0, look) }
  }

  /// Its characters, without trailing blanks.
  public var text: String {
    var characters = map(\.character)
    while characters.last == " " { characters.removeLast() }
    return String(characters)
  }

  /// Its characters, with control sequences for their looks if `hasColour`; it ends with the plain look.
  public func written(withColour hasColour: Bool) -> String {
    guard hasColour else { return text }
    let end = (lastIndex { $0.character != " " || $0.look.isReversed } ?? -1) + 1
    var written = ""
    var look = Look.plain
    for cell in self[..<end] {
      // A blank does not show colour, so its look matters only if reversed.
      if cell.look != look, cell.character != " " || cell.look.isReversed || look.isReversed {
        written += cell.look.sequence
        look = cell.look
      }
      written.append(cell.character)
    }
    return look == .plain ? written : written + Look.plain.sequence
  }

  /// Cut to at most `width`, with an ellipsis if anything is cut.
  public func cut(to width: Int, ellipsis: Character = "…") -> Line {
    guard count > width else { return self }
    guard width > 0 else { return [] }
    return self[..<(width - 1)] + [Cell(ellipsis, self[width - 1].look)]
  }

  /// Padded with blanks or cut to exactly `width`, with an ellipsis if anything is cut.
  public func fitted(to width: Int, ellipsis: Character = "…") -> Line {
    cut(to: width, ellipsis: ellipsis)
      + Array(repeating: .blank, count: Swift.max(0, width - count))
  }
}
