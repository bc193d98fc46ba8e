extension String {
  /// The line as lines of at most so many characters, parted at blanks, the later ones set in by two more.
  ///
  /// A word that is longer than a line, such as a path, stays whole.
  ///
  /// - Parameter columns: As wide as the terminal is; `nil` where there is none, and no line is parted.
  func wrapped(to columns: Int?) -> [String] {
    guard let columns, count > columns, contains(where: { $0 != " " }) else { return [self] }
    let margin = prefix { $0 == " " }
    let indent = String(margin) + "  "
    var lines: [String] = []
    var rest = self[...]
    while rest.count > columns {
      let text = rest.drop { $0 == " " }
      let end = rest.index(rest.startIndex, offsetBy: columns + 1)
      let fitting = text.startIndex < end ? rest[text.startIndex..<end].lastIndex(of: " ") : nil
      guard let blank = fitting ?? text.firstIndex(of: " ") else { break }
      var head = rest[..<blank]
      while head.last == " " { head = head.dropLast() }
      lines.append(String(head))
      rest = Substring(indent + rest[blank...].drop { $0 == " " })
    }
    return lines + (rest.allSatisfy { $0 == " " } ? [] : [String(rest)])
  }
}
