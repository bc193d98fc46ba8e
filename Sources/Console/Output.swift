import Foundation
import Terminal

/// How a result is printed.
package enum OutputFormat: String, CaseIterable, Sendable {
  case text, json

  /// Whether results are drawn: on a terminal, unless JSON was asked for.
  package var draws: Bool { page != nil }

  private var page: Page? { self == .text ? .current(.output) : nil }

  /// Prints a result to standard output: its lines, a picture where it is one and there is a terminal, or
  /// itself as JSON.
  ///
  /// - Throws: `EncodingError`.
  package func print(_ result: some ConsoleResult) throws {
    switch self {
    case .text:
      if let page, let drawable = result as? any Drawable {
        for line in drawable.drawing(on: page) {
          Swift.print(line.written(withColour: page.hasColour))
        }
      } else {
        Swift.print(result.text)
      }
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      encoder.dateEncodingStrategy = .iso8601
      Swift.print(String(decoding: try encoder.encode(result), as: UTF8.self))
    }
    // A program that reads what changes must not wait for more.
    fflush(nil)
  }
}

/// Writes text of woodshed's own to standard error, in the lines that it has.
package func standardError(_ text: String) {
  FileHandle.standardError.write(Data((text.printableLines + "\n").utf8))
}

/// Writes lines to standard error; a line break in one of them is no line break there.
package func standardError(lines: [String]) {
  standardError(lines.map(\.printable).joined(separator: "\n"))
}
