import Foundation
import Testing

/// A program of alsa-utils, the independent other side.
final class Tool {
  private let process = Process()
  private let output = Pipe()

  /// Starts `program`, found on the path.
  init(_ program: String, _ arguments: String...) throws {
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardInput = FileHandle.nullDevice
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
    let tool = try Tool(arguments: [program] + arguments)
    let text = try tool.finish()
    try #require(tool.process.terminationStatus == 0, "\(program) failed: \(text)")
    return text
  }

  private init(arguments: [String]) throws {
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    try process.run()
  }
}
