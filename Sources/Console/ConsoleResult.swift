import Text

/// A result as a person reads it in a terminal.
package protocol ConsoleResult: Encodable {
  /// The text to print, line by line.
  ///
  /// Names, notes and paths in it are not escaped: ``text`` and what prints the result make them safe.
  var lines: [String] { get }
}

extension ConsoleResult {
  /// The lines, safe to write to a terminal.
  package var text: String { lines.map(\.printable).joined(separator: "\n") }
}
