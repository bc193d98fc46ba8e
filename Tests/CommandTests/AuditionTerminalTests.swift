import Foundation
import Glibc
import Library
import MIDI
import Testing

/// The real program on a pseudo-terminal, with real keys.
@Suite(.serialized) final class AuditionTerminalTests {
  let folder: URL

  /// A project with two takes of twelve seconds.
  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "woodshed-\(UUID())")
    let files = FileManager.default
    try files.createDirectory(
      at: folder.appending(path: "Projects"), withIntermediateDirectories: true)
    try files.createSymbolicLink(
      at: folder.appending(path: "Templates"),
      withDestinationURL: Program.checkout.appending(path: "Templates"))
    try #require(try Program.run(["new", "blues"], in: folder).status == 0)
    for (name, root) in [("first", 60), ("second", 64)] {
      let notes = (0..<24).map { index in
        Note(
          pitch: UInt8(root + index % 5 * 3), velocity: 80, start: Int64(index) * 500_000_000,
          end: Int64(index) * 500_000_000 + 400_000_000)
      }
      let file = folder.appending(path: "\(name).mid")
      try Data(StandardMIDIFile.bytes(of: MIDIEvent.events(of: notes))).write(to: file)
      try #require(try Program.run(["import", file.path()], in: folder).status == 0)
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func audition(columns: Int = 80, rows: Int = 24, _ options: String...) throws
    -> PseudoTerminal
  {
    try PseudoTerminal(
      ["audition", "1", "2"] + options, in: folder, columns: columns, rows: rows)
  }

  private func contents() throws -> [Verdict.Content] {
    let library = try TakeLibrary.open(
      at: folder.appending(path: "Projects/blues/library.sqlite"))
    defer { try? library.close() }
    return try library.verdicts().map(\.content)
  }

  @Test func whatIsJudgedIsInTheLibrary() async throws {
    let terminal = try audition()
    try await terminal.wait(for: "1 of 2")
    try await terminal.type("k", andWaitFor: "kept take 1")
    try await terminal.type("4", andWaitFor: "4 of 5")
    try await terminal.type("n", andWaitFor: "note: _")
    // A wrong letter, taken back, and keys that are letters here.
    try await terminal.type("quite darkx\u{7F}\n", andWaitFor: "noted of take 1: quite dark")
    try await terminal.type("\n", andWaitFor: "2 of 2")
    try await terminal.type("d", andWaitFor: "discarded take 2")
    terminal.type("q")
    #expect(try await terminal.finish() == 0)
    #expect(
      try contents() == [.keep(phrase: nil), .rating(4), .note("quite dark"), .discard])
    #expect(
      String(terminal.written.suffix(60))
        == "heard 2 takes: 1 kept, 1 discarded, 1 rated, 1 noted; 0 left\r\n".suffix(60))
  }

  @Test func undoTakesBackAndGoesThere() async throws {
    let terminal = try audition()
    try await terminal.wait(for: "1 of 2")
    try await terminal.type("u", andWaitFor: "nothing was said here yet")
    try await terminal.type("k", andWaitFor: "kept take 1")
    try await terminal.type("\n", andWaitFor: "2 of 2")
    try await terminal.type("u", andWaitFor: "undone: kept take 1")
    try await terminal.type("d", andWaitFor: "discarded take 1")
    terminal.type("q")
    #expect(try await terminal.finish() == 0)
    #expect(try contents() == [.keep(phrase: nil), .undo(verdict: 1), .discard])
  }

  @Test func aMarkedPhraseIsKeptAlone() async throws {
    let terminal = try audition()
    try await terminal.wait(for: "1 of 2")
    // Standing still, so that the places are those of the keys.
    try await terminal.type(" ", andWaitFor: "⏸")
    try await terminal.type("\u{1B}[H\u{1B}[1;2C\u{1B}[1;2C", andWaitFor: "⏸ 0:02")
    try await terminal.type("m", andWaitFor: "the phrase begins here")
    try await terminal.type("k", andWaitFor: "mark the end of the phrase first")
    try await terminal.type("\u{1B}[C", andWaitFor: "⏸ 0:07")
    try await terminal.type("m", andWaitFor: "k keeps the phrase")
    try await terminal.type("k", andWaitFor: "kept take 1, from 0:02 to 0:07")
    terminal.type("q")
    #expect(try await terminal.finish() == 0)
    #expect(try contents() == [.keep(phrase: 2_000_000_000..<7_000_000_000)])
  }

  @Test func itGoesOnByItselfWhenAskedToButNotWhileANoteIsWritten() async throws {
    let terminal = try audition("--go-on")
    try await terminal.wait(for: "goes on")
    // Off, and on again.
    try await terminal.type("g", andWaitFor: "▶ 0:00 / 0:12  ")
    try await terminal.type("g", andWaitFor: "goes on")
    let mark = terminal.mark
    try await terminal.type("\u{1B}[C\u{1B}[C\u{1B}[Cn", andWaitFor: "note: _")
    try await Task.sleep(for: .seconds(3))
    #expect(!terminal.written(after: mark).contains("2 of 2"))
    try await terminal.type("dark\n", andWaitFor: "noted of take 1: dark")
    try await terminal.wait(for: "2 of 2", after: mark)
    terminal.type("q")
    #expect(try await terminal.finish() == 0)
    #expect(try contents() == [.note("dark")])
  }

  @Test(arguments: ["q", "\u{3}", "\u{1C}"])
  func aKeyThatEndsItLeavesTheTerminalAsItWas(key: String) async throws {
    try await ends { $0.type(key) }
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
  func aSignalThatEndsItLeavesTheTerminalAsItWas(signal: Int32) async throws {
    try await ends { $0.send(signal) }
  }

  /// While takes are put in order, too, which takes seconds.
  @Test(arguments: [0, 100, 300, 600, 1000])
  func ctrlCEndsItAtAnyTime(milliseconds: Int) async throws {
    try #require(
      try Program.run(
        ["generate", "--count", "4", "--seconds", "20", "--model", "base"], in: folder
      ).status == 0)
    let terminal = try PseudoTerminal(["audition"], in: folder)
    // Before that it is not there yet.
    try await Task.sleep(for: .milliseconds(100 + milliseconds))
    let start = ContinuousClock.now
    terminal.type("\u{3}")
    _ = try await terminal.finish()
    #expect(ContinuousClock.now - start < .seconds(3))
  }

  @Test func afterCtrlZItGoesOn() async throws {
    let terminal = try audition()
    try await terminal.wait(for: "1 of 2")
    let raw = terminal.settings
    try await terminal.type("\u{1A}", andWaitFor: "\u{1B}[?1049l")
    try await Task.sleep(for: .milliseconds(200))
    #expect(terminal.settings[3] & tcflag_t(ICANON | ECHO) == tcflag_t(ICANON | ECHO))
    let mark = terminal.mark
    terminal.send(SIGCONT)
    try await terminal.wait(for: "1 of 2", after: mark)
    #expect(terminal.settings == raw)
    try await terminal.type("k", andWaitFor: "kept take 1")
    terminal.type("q")
    #expect(try await terminal.finish() == 0)
  }

  @Test func aWindowOfAnotherSizeIsDrawnAnew() async throws {
    let terminal = try audition(columns: 60, rows: 16)
    try await terminal.wait(for: "1 of 2")
    let mark = terminal.mark
    terminal.resize(columns: 120, rows: 40)
    // All the keys in one line, in the last row.
    try await terminal.wait(for: "\u{1B}[40;1H\u{1B}[Kspace play", after: mark)
    terminal.type("q")
    #expect(try await terminal.finish() == 0)
  }

  @Test func elsewhereThanOnATerminalItSaysSo() throws {
    let outcome = try Program.run(["audition"], in: folder)
    #expect(outcome.status == 1)
    #expect(outcome.error.hasPrefix("cannot take over the terminal: "))
  }

  @Test func withNothingToHearItSaysSo() async throws {
    let terminal = try PseudoTerminal(["audition", "--order", "newest"], in: folder)
    #expect(try await terminal.finish() == 1)
    #expect(terminal.written.contains("cannot audition blues: no take waits to be judged"))
    #expect(!terminal.written.contains("\u{1B}[?1049h"))
  }

  /// Runs an audition until `end`, and holds the terminal against what it was before.
  private func ends(by end: (PseudoTerminal) -> Void) async throws {
    let terminal = try audition()
    let before = terminal.settingsBefore
    try await terminal.wait(for: "1 of 2")
    #expect(terminal.settings != before)
    end(terminal)
    #expect(try await terminal.finish() == 0)
    #expect(terminal.settings == before)
    let last = terminal.written.suffix(400)
    #expect(
      last.contains("\u{1B}[?25h\u{1B}[?1049l"), "the cursor and the screen are not given back")
  }
}
