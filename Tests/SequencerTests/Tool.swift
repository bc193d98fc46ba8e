import Foundation
import Testing

/// A program of alsa-utils, the independent other side.
final class Tool {
  private let process: Process
  private let output = Pipe()

  /// Starts `program`, found on the path.
  convenience init(_ program: String, _ arguments: String...) throws {
    try self.init([program] + arguments)
  }

  private init(_ command: [String]) throws {
    process = Process.withoutBlockedSignals(command)
    process.standardOutput = output
    try process.run()
  }

  /// Waits for its end, and returns what it printed.
  @discardableResult
  func finish() throws -> String {
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }

  /// Ends it as Ctrl-C does.
  @discardableResult
  func interrupt() throws -> String {
    process.interrupt()
    return try finish()
  }

  /// Runs `program` to its end; anything but success fails the test.
  @discardableResult
  static func run(_ program: String, _ arguments: String...) throws -> String {
    let tool = try Tool([program] + arguments)
    let text = try tool.finish()
    try #require(tool.process.terminationStatus == 0, "\(program) failed: \(text)")
    return text
  }
}

extension Process {
  /// A process, not started yet, that hears signals; its standard input is empty.
  ///
  /// A test runs on a thread that blocks signals, and what it starts would inherit that.
  static func withoutBlockedSignals(_ command: [String]) -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/perl")
    process.arguments =
      ["-MPOSIX", "-e", "sigprocmask(SIG_SETMASK, POSIX::SigSet->new); exec @ARGV"] + command
    process.standardInput = FileHandle.nullDevice
    return process
  }
}
