import Glibc
import Testing

/// A program of alsa-utils, the independent other side.
final class Tool {
  private let child: Child

  /// Starts `program`, found on the path.
  convenience init(_ program: String, _ arguments: String...) throws {
    try self.init([program] + arguments)
  }

  private init(_ command: [String]) throws { child = try Child(command) }

  /// Waits for its end, and returns what it printed.
  @discardableResult
  func finish() -> String {
    child.finish()
    return child.said
  }

  /// Ends it as Ctrl-C does.
  @discardableResult
  func interrupt() -> String {
    child.send(SIGINT)
    return finish()
  }

  /// Runs `program` to its end; anything but success fails the test.
  @discardableResult
  static func run(_ program: String, _ arguments: String...) throws -> String {
    let tool = try Tool([program] + arguments)
    let text = tool.finish()
    try #require(tool.child.finish() == 0, "\(program) failed: \(text)")
    return text
  }
}
