import Foundation

/// The program as it was built beside these tests.
enum Program {
  static let checkout = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  struct Outcome {
    var status: Int32
    var output: String
    var error: String
  }

  /// Runs the program in a folder, with more of an environment than the test's own, or through
  /// another program that starts it.
  static func run(
    _ arguments: [String], in folder: URL = FileManager.default.temporaryDirectory,
    environment: [String: String] = [:], through starter: [String] = []
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = try starter.isEmpty ? executable : URL(filePath: "/usr/bin/env")
    process.arguments = try starter.isEmpty ? arguments : starter + [executable.path()] + arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let output = Pipe()
    let error = Pipe()
    process.standardOutput = output
    process.standardError = error
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let outputText = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let errorText = String(
      decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Outcome(status: process.terminationStatus, output: outputText, error: errorText)
  }

  /// Beside the test bundle, wherever the build folder is.
  static var executable: URL {
    get throws {
      let bundle = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
      let candidates = [
        bundle, checkout.appending(path: ".build/debug"),
      ].map { $0.appending(path: "woodshed") }
      guard
        let found = candidates.first(where: {
          FileManager.default.isExecutableFile(atPath: $0.path())
        })
      else { throw CocoaError(.fileNoSuchFile) }
      return found
    }
  }
}
