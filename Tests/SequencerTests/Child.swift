import Foundation
import Glibc
import TestBed
import Testing

/// A program that runs beside the test; what it prints goes to a file.
final class Child {
  private let name: String
  private let process: ChildProcess
  private let output: URL

  /// Starts `command`, its program looked for on the path unless it names a file.
  ///
  /// - Parameters:
  ///   - folder: where it runs; without it, where the test does.
  ///   - home: its home folder, unless it shares the test's.
  ///   - environment: more than the test's own.
  ///   - input: the file that is its standard input; without one, that is empty.
  init(
    _ command: [String], in folder: URL? = nil, home: URL? = nil,
    environment: [String: String] = [:], input: String = "/dev/null"
  ) throws {
    name = command.joined(separator: " ")
    output = FileManager.default.temporaryDirectory.appending(path: "woodshed-said-\(UUID())")
    let home = home.map { ["HOME": $0.path()] } ?? [:]
    process = try ChildProcess(
      command, in: folder, environment: home.merging(environment) { $1 },
      on: .files(input: input, output: output.path()))
  }

  deinit {
    process.end()
    try? FileManager.default.removeItem(at: output)
  }

  /// What it has printed so far.
  var said: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }

  /// Sends it a signal, unless it has ended.
  func send(_ signal: Int32) { process.send(signal) }

  /// Waits until it ends; after a minute and a half it is killed, which is an issue.
  ///
  /// - Returns: its exit status, or the signal that ended it.
  @discardableResult
  func finish() -> Int32 {
    for _ in 0..<18_000 {
      if let status = process.ended() { return status }
      usleep(5000)
    }
    Issue.record("\(name) does not end; it said: \(said)")
    process.end()
    return SIGKILL
  }
}
