package import Workbench

extension TokenListing: ConsoleResult {
  /// A token a line, with an empty line between takes.
  package var lines: [String] {
    Array(takes.map { $0.isEmpty ? [""] : $0.map(String.init) }.joined(separator: [""]))
  }
}
