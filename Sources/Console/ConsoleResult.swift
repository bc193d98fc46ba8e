import Text

/// A result as a person reads it in a terminal.
package protocol ConsoleResult: Encodable {
  /// What there is to read, line by line.
  ///
  /// Names, notes and paths stand in it as they are: ``text`` and what prints it make them safe.
  var lines: [String] { get }
}

extension ConsoleResult {
  /// The lines as they may be written to a terminal.
  package var text: String { lines.map(\.printable).joined(separator: "\n") }
}
