/// The text of a TOML file, as far as it has to be looked at before it is read as one.
enum SettingsText {
  /// What the text is in the middle of.
  private enum Place {
    case bare
    case comment
    /// A string, by its quote; three of them end a long one, which may go on in the next line.
    case string(quote: Unicode.Scalar, isLong: Bool)
  }

  /// The first character beyond ASCII that stands neither in a string nor in a comment, which TOML does
  /// not allow, and its line from 1; nil where there is none.
  ///
  /// The parser that reads the text takes it for granted that some of them are not there.
  static func stray(in text: String) -> (character: Unicode.Scalar, line: Int)? {
    let scalars = Array(text.unicodeScalars)
    var place = Place.bare
    var line = 1
    var index = 0
    func isThree(_ quote: Unicode.Scalar) -> Bool {
      index + 2 < scalars.count && scalars[index..<index + 3].allSatisfy { $0 == quote }
    }
    while index < scalars.count {
      let scalar = scalars[index]
      var taken = 1
      switch place {
      case _ where scalar == "\n":
        line += 1
        if case .string(_, isLong: true) = place {} else { place = .bare }
      case .comment: break
      case .bare:
        if scalar == "#" {
          place = .comment
        } else if scalar == "\"" || scalar == "'" {
          let isLong = isThree(scalar)
          place = .string(quote: scalar, isLong: isLong)
          taken = isLong ? 3 : 1
        } else if !scalar.isASCII {
          return (scalar, line)
        }
      case .string(let quote, let isLong):
        if quote == "\"", scalar == "\\", index + 1 < scalars.count, scalars[index + 1] != "\n" {
          taken = 2
        } else if isLong, isThree(quote) {
          place = .bare
          taken = 3
          // Up to two more are the string's last characters.
          while taken < 5, index + taken < scalars.count, scalars[index + taken] == quote {
            taken += 1
          }
        } else if !isLong, scalar == quote {
          place = .bare
        }
      }
      index += taken
    }
    return nil
  }
}
