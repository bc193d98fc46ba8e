import Foundation
import GRDB
import Glibc
import MIDI
import Testing

/// Two processes on one project: reading is always possible, writing waits or is refused with who
/// holds the project.
@Suite(.serialized) struct NeighbourTests {
  @Test func aSecondTuneIsRefusedAndAllElseGoesOn() throws {
    let bench = try FaultBench()
    // Given a tune of half a minute
    let tuning = try Neighbour(["tune", "--passes", "1000", "--minutes", "0.5"], in: bench)
    try tuning.wait(for: "round 2: from the base")
    // Then a second one is refused
    let second = try bench.run(["tune"])
    #expect(second.status == 1)
    let sentence =
      #/cannot tune blues: woodshed tune \(process (\d+), since \d\d:\d\d\) is at it already; wait until it is done, or end it with Ctrl-C\n/#
    let match = try #require(second.error.wholeMatch(of: sentence), "\(second.error)")
    #expect(match.output.1 == "\(tuning.process.processIdentifier)")
    // And all else goes on
    for arguments in [
      ["takes"], ["import", "../../more"], ["keep", "9"], ["generate", "--seconds", "2"],
      ["rounds"], ["export", "1"], ["tune", "--dry-run"],
    ] {
      let outcome = try bench.run(arguments)
      #expect(outcome.status == 0, "\(arguments): \(outcome.error)")
    }
    #expect(tuning.process.isRunning)
    tuning.process.interrupt()
    #expect(tuning.end() == 0)
    #expect(try bench.ask("SELECT count(*) FROM round") == [2])
    #expect(try bench.ask("SELECT count(*) FROM take") == [10 + 3 + 4])
    // And what it did not come to the end of is gone on with
    #expect(try bench.run(["tune", "--resume", "--minutes", "0.01"]).status == 0)
  }

  @Test func importsBesideEachOtherTakeEachFileOnce() throws {
    let bench = try FaultBench()
    let music = bench.folder.appending(path: "many")
    try FileManager.default.createDirectory(at: music, withIntermediateDirectories: true)
    for pitch in 0..<100 {
      let notes = [Note(pitch: UInt8(pitch), velocity: 64, start: 0, end: 500_000_000)]
      try Data(StandardMIDIFile.bytes(of: MIDIEvent.events(of: notes)))
        .write(to: music.appending(path: "\(pitch).mid"))
    }
    let imports = try (0..<3).map { _ in
      try Neighbour(["import", "../../many", "--format", "json"], in: bench)
    }
    let added = try imports.map { neighbour in
      #expect(neighbour.end() == 0)
      let report = try JSONSerialization.jsonObject(with: Data(neighbour.said.utf8))
      return (report as? [String: Any])?["added"] as? Int ?? -1
    }
    #expect(added.reduce(0, +) == 100)
    #expect(try bench.ask("SELECT count(*) FROM take") == [110])
    #expect(try bench.ask("PRAGMA integrity_check") == ["ok"])
  }

  @Test func whoWritesIsNamedAndReadingGoesOn() throws {
    let bench = try FaultBench()
    // Given another program in the middle of a write, while nothing stands in the log
    let writer = Process()
    writer.executableURL = URL(filePath: "/usr/bin/env")
    writer.arguments = ["sqlite3", bench.library.systemPath]
    let input = Pipe()
    let output = Pipe()
    writer.standardInput = input
    writer.standardOutput = output
    try writer.run()
    defer {
      try? input.fileHandleForWriting.close()
      writer.waitUntilExit()
    }
    try input.fileHandleForWriting.write(
      contentsOf: Data("BEGIN IMMEDIATE; SELECT 'begun';\n".utf8))
    #expect(!output.fileHandleForReading.availableData.isEmpty)
    // Then all is read
    #expect(try bench.run(["takes"]).status == 0)
    #expect(try bench.run(["export", "1"]).status == 0)
    // And writing names who holds the library
    let outcome = try bench.run(["keep", "1"])
    #expect(outcome.status == 1)
    let sentence = try Regex(
      "cannot add verdicts to .*/library.sqlite: sqlite3 "
        + "\\(process \(writer.processIdentifier), since \\d\\d:\\d\\d\\) is writing to it; "
        + "try again when that is done\n")
    #expect(outcome.error.wholeMatch(of: sentence) != nil, "\(outcome.error)")
  }

  @Test func eightAtOnceMigrateALibrary() throws {
    let bench = try FaultBench()
    try FileManager.default.removeItem(at: bench.library)
    try FileManager.default.copyItem(
      at: Program.checkout.appending(path: "Tests/LibraryTests/Fixtures/library-v1.sqlite"),
      to: bench.library)
    let readers = try (0..<8).map { _ in try Neighbour(["takes"], in: bench) }
    for reader in readers { #expect(reader.end() == 0, "\(reader.said)") }
    #expect(try bench.ask("PRAGMA integrity_check") == ["ok"])
    #expect(try bench.ask("PRAGMA journal_mode") == ["wal"])
  }

  /// No command makes a library in the place of one that is gone or empty.
  @Test(arguments: [
    ["takes"], ["doctor"], ["doctor", "--fix"], ["backup", "x.tar"], ["import", "../../more"],
    ["record"],
    ["tune"], ["generate"], ["keep", "1"], ["undo"], ["rounds"], ["report"], ["export", "1"],
  ])
  func aLibraryThatIsGoneIsNotMadeAgain(command: [String]) throws {
    let bench = try FaultBench()
    for isGone in [false, true] {
      for end in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: bench.library.path() + end)
      }
      if !isGone { try Data().write(to: bench.library) }
      let outcome = try bench.run(command)
      #expect(outcome.status == 1)
      #expect(
        (outcome.output + outcome.error).contains(
          "cannot open the library \(bench.library.path()): it is "
            + "\(isGone ? "not there" : "empty"); restore the project from a backup"))
      let left = try FileManager.default.contentsOfDirectory(atPath: bench.project.path())
      #expect(left.filter { $0.hasPrefix("library") } == (isGone ? [] : ["library.sqlite"]))
      #expect(!left.contains("x.tar"))
    }
  }
}

/// The program, running beside the test in a bench's project.
private final class Neighbour {
  let process = Process()
  private let output: URL
  var said: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }

  init(_ arguments: [String], in bench: FaultBench) throws {
    output = bench.folder.appending(path: "said-\(UUID())")
    try Data().write(to: output)
    process.executableURL = try Program.executable
    process.arguments = arguments
    process.currentDirectoryURL = bench.project
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = process.standardOutput
    // A test's thread blocks signals, and hands that on.
    var (all, before) = (sigset_t(), sigset_t())
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_UNBLOCK, &all, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    try process.run()
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  /// Waits until it has said `text`.
  func wait(for text: String) throws {
    for _ in 0..<1000 where !said.contains(text) { usleep(10_000) }
    try #require(said.contains(text), "\(said)")
  }

  func end() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }
}
