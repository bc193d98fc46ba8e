package import Foundation
import Terminal
import Text

/// How a result is printed.
package enum OutputFormat: String, CaseIterable, Sendable {
  case text, json

  /// Whether results are drawn: on a terminal, unless JSON was asked for.
  package var draws: Bool { page != nil }

  private var page: Page? { self == .text ? .current(.output) : nil }

  /// Prints a result to standard output: its lines, a picture where it is one and there is a terminal, or
  /// itself as JSON.
  ///
  /// - Throws: `EncodingError`, ``OutputError``.
  package func print(_ result: some ConsoleResult) throws {
    switch self {
    case .text:
      let lines: [String]
      if let page, let drawable = result as? any Drawable {
        lines = drawable.drawing(on: page).map { $0.written(withColour: page.hasColour) }
      } else {
        lines = result.lines.map(\.printable).flatMap { $0.wrapped(to: page?.columns) }
      }
      try standardOutput(lines.joined(separator: "\n") + "\n")
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      encoder.dateEncodingStrategy = .iso8601
      try standardOutput(try encoder.encode(result) + Data("\n".utf8))
    }
  }
}

/// What was to be printed could not be.
package struct OutputError: Error, CustomStringConvertible {
  /// The system's words.
  package var cause: String

  /// What went wrong, in one sentence. The work itself is done: what it stored is stored.
  package var description: String { "cannot write the result to standard output: \(cause)" }
}

/// Writes text to standard output, at once: a program that reads what changes must not wait for more.
///
/// - Throws: ``OutputError``.
package func standardOutput(_ text: String) throws(OutputError) {
  try standardOutput(Data(text.utf8))
}

/// Writes bytes to standard output.
///
/// - Throws: ``OutputError``.
package func standardOutput(_ bytes: Data) throws(OutputError) {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = unsafe rest.withUnsafeBytes {
      unsafe write(STDOUT_FILENO, $0.baseAddress, $0.count)
    }
    if count > 0 {
      rest = rest.dropFirst(count)
    } else if count < 0, errno == EAGAIN {
      // Somebody else has made it so that it does not wait.
      var output = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
      _ = unsafe poll(&output, 1, -1)
    } else if count == 0 || errno != EINTR {
      throw OutputError(cause: unsafe String(cString: strerror(count == 0 ? ENOSPC : errno)))
    }
  }
}

/// Sees to it that no file that is opened later takes the place of a standard stream that was closed: a
/// result would be written into a library.
///
/// What stands in for it cannot be written to, so that a result that nobody gets is an error.
package func keepStandardStreams() {
  for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 {
    _ = unsafe open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
  }
}

/// Writes text of woodshed's own to standard error, in the lines that it has.
package func standardError(_ text: String) {
  // With nobody to tell it to, there is nothing to be done.
  try? FileHandle.standardError.write(contentsOf: Data((text.printableLines + "\n").utf8))
}

/// Writes lines to standard error; a line break in one of them is no line break there.
package func standardError(lines: [String]) {
  let columns = Page.current(.error)?.columns
  standardError(
    lines.map(\.printable).flatMap { $0.wrapped(to: columns) }.joined(separator: "\n"))
}
