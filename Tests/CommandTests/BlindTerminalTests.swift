import Foundation
import Synth
import Testing

/// `woodshed compare --blind` where there is nothing to play on.
@Suite struct BlindTerminalTests {
  static let isPossible =
    !FileManager.default.fileExists(atPath: "/dev/snd") && (try? SoundFont.find()) != nil

  @Test(.enabled(if: isPossible))
  func aPairIsHeardFromFilesAndAnswered() async throws {
    let bench = try FaultBench()
    let terminal = try PseudoTerminal(
      ["compare", "base", "1", "--blind", "1", "--seconds", "2", "--seed", "3"], in: bench.project,
      columns: 250)
    try await terminal.wait(for: "cannot open the sound card")
    try await terminal.wait(for: "which is more you?")
    let exports = bench.project.appending(path: "exports")
    let folder = try #require(
      try FileManager.default.contentsOfDirectory(atPath: exports.path())
        .first { $0.hasPrefix("blind-") })
    for name in ["first", "second"] {
      let file = exports.appending(path: "\(folder)/pair-1-\(name).wav")
      #expect(terminal.written.contains("the \(name): \(file.path())"))
      #expect(try Data(contentsOf: file).starts(with: Data("RIFF".utf8)))
      // What the musician has thrown away is there again when it is to be heard again.
      try FileManager.default.removeItem(at: file)
    }
    let mark = terminal.mark
    try await terminal.type("r\n", andWaitFor: "which is more you?")
    let again = terminal.written(after: mark)
    #expect(again.contains("pair-1-second.wav") && !again.contains("cannot open"))
    #expect(
      FileManager.default.fileExists(
        atPath: exports.appending(path: "\(folder)/pair-1-first.wav").path()))
    try await terminal.type("2\n", andWaitFor: "which do you like more?")
    terminal.type("=\n")
    #expect(try await terminal.finish() == 0)
    #expect(terminal.written.contains("heard blind, 1 pair"))
    #expect(try bench.ask("SELECT count(*) FROM blindPair") == [1])
  }
}
