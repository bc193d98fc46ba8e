import Foundation
import Testing

/// A result that could not be written is an error.
@Suite struct OutputTests {
  private func run(_ command: String, in bench: FaultBench) throws -> (status: Int32, error: String)
  {
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", command.replacing("woodshed", with: try Program.executable.path())]
    shell.currentDirectoryURL = bench.project
    let error = Pipe()
    shell.standardError = error
    try shell.run()
    let text = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    shell.waitUntilExit()
    return (shell.terminationStatus, text)
  }

  @Test(arguments: [
    "takes", "takes --format json", "show 1", "rounds", "keep 1", "tune --dry-run", "--help",
    "takes --help", "--version", "export 1", "export 1 --to -", "tokens ../../midi/1.mid",
  ])
  func aFullDeviceIsAnError(words: String) throws {
    let bench = try FaultBench()
    let outcome = try run("woodshed \(words) > /dev/full", in: bench)
    #expect(outcome.status == 1)
    #expect(
      outcome.error == "cannot write the result to standard output: No space left on device\n")
  }

  @Test func aClosedStreamIsAnErrorAndHarmsNoFile() throws {
    let bench = try FaultBench()
    let before = try LibraryState(of: bench)
    let outcome = try run("woodshed takes >&-", in: bench)
    #expect(outcome.status == 1)
    #expect(outcome.error.hasPrefix("cannot write the result to standard output: "))
    #expect(try run("woodshed keep 1 >&- 2>&- <&-", in: bench).status == 1)
    try bench.expectWhole(before, isKilled: false, "closed streams")
  }
}
