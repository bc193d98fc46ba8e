package import Foundation
import Terminal
import Text
import Workbench

/// How a result is printed.
package enum OutputFormat: String, CaseIterable, Sendable {
  case text, json

  /// Whether results are drawn: on a terminal, unless JSON was asked for.
  package var draws: Bool { page != nil }

  private var page: Page? { self == .text ? .current(.output) : nil }

  /// Prints a result to standard output: as a picture, if it is `Drawable` and there is a terminal, as
  /// lines, or as JSON.
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
      try standardOutput(
        try JSONEncoder.ofResults(isPretty: true).encode(result) + Data("\n".utf8))
    }
  }
}

/// An error in writing to standard output.
package struct OutputError: Error, CustomStringConvertible {
  /// The system's message.
  package var cause: String

  /// What went wrong, in one sentence. The work itself was done, and what it stored remains.
  package var description: String { "cannot write the result to standard output: \(cause)" }
}

/// Writes text to standard output, unbuffered, so that a program that reads it need not wait for more.
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
      // Another process has made the descriptor non-blocking.
      var output = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
      _ = unsafe poll(&output, 1, -1)
    } else if count == 0 || errno != EINTR {
      throw OutputError(cause: unsafe String(cString: strerror(count == 0 ? ENOSPC : errno)))
    }
  }
}

/// Opens `/dev/null` in place of each standard stream that was closed. Otherwise a file that is opened later
/// would get its descriptor, and a result could be written into a library.
///
/// Standard output is opened for reading only, so that printing a result that nobody gets is an error.
package func keepStandardStreams() {
  for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 {
    _ = unsafe open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
  }
}

/// Writes text that is woodshed's own to standard error and keeps its line breaks.
package func standardError(_ text: String) {
  // An error here cannot be reported anywhere.
  try? FileHandle.standardError.write(contentsOf: Data((text.printableLines + "\n").utf8))
}

/// Writes lines to standard error; a line break inside one of them does not begin a new line.
package func standardError(lines: [String]) {
  let columns = Page.current(.error)?.columns
  standardError(
    lines.map(\.printable).flatMap { $0.wrapped(to: columns) }.joined(separator: "\n"))
}
