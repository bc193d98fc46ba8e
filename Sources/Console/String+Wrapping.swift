extension String {
  /// Wraps the line at blanks to at most `columns` characters; all lines but the first are indented by two
  /// more.
  ///
  /// A word that is longer than a line, such as a path, stays whole.
  ///
  /// - Parameter columns: The width of the terminal; `nil` if there is none, and then nothing is wrapped.
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
