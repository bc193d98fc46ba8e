import Foundation
import Glibc
import Testing

/// A project that cannot be written is read, and says one sentence where it would have to be.
@Suite(.serialized) struct ReadOnlyTests {
  private static let reading = [
    ["takes"], ["show", "1"], ["rounds"], ["rounds", "show", "1"], ["tune", "--dry-run"],
  ]
  private static let writing = [
    ["keep", "1"], ["undo"], ["import", "../../more"], ["tune"], ["generate", "--seconds", "2"],
    ["rounds", "use", "base"], ["export", "1"], ["plot", "take", "1"], ["record"],
    ["delete", "10", "--yes"],
  ]

  @Test(.enabled(if: geteuid() == 0, "only root can mount")) func aReadOnlyDisk() throws {
    let bench = try FaultBench()
    let mount = bench.projects.systemPath
    #expect(tool("mount", "--bind", mount, mount) == 0)
    defer { tool("umount", "-l", mount) }
    #expect(tool("mount", "-o", "remount,ro,bind", mount) == 0)
    try expectReadOnly(bench)
  }

  /// Root may write to any file, and whoever else runs the tests is the musician without rights.
  @Test func aMusicianWithoutRights() throws {
    let bench = try FaultBench()
    tool("chmod", "-R", "a+rX", bench.folder.systemPath)
    tool("chmod", "-R", "a-w", bench.project.systemPath)
    defer { tool("chmod", "-R", "u+w", bench.project.systemPath) }
    let asOther =
      geteuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
    try expectReadOnly(bench, by: asOther)
  }

  /// A crash leaves takes that stand in the log alone; without the log's index they cannot be read.
  @Test(.enabled(if: geteuid() == 0, "only root can mount")) func whatACrashLeft() throws {
    let bench = try FaultBench()
    let disk = FailingDisk(folder: bench.projects)
    let arguments = ["import", "../../more"]
    let counted = try FaultBench()
    let moving = try FailingDisk(folder: counted.projects)
      .changes(of: arguments, in: counted.project)
      .first { $0.text == "pwrite /blues/library.sqlite" }
    let change = try #require(moving?.number)
    let killed = try bench.run(arguments, environment: disk.environment(.kill, at: change))
    #expect(killed.status == SIGKILL)
    let mount = bench.projects.systemPath
    #expect(tool("mount", "--bind", mount, mount) == 0)
    defer { tool("umount", "-l", mount) }
    #expect(tool("mount", "-o", "remount,ro,bind", mount) == 0)
    #expect(try bench.run(["takes"]).output.contains("13 takes"))
    #expect(tool("mount", "-o", "remount,rw,bind", mount) == 0)
    try FileManager.default.removeItem(
      at: bench.project.appending(path: "library.sqlite-shm"))
    #expect(tool("mount", "-o", "remount,ro,bind", mount) == 0)
    let outcome = try bench.run(["takes"])
    #expect(outcome.status == 1)
    #expect(
      outcome.error == """
        cannot open the library \(bench.library.systemPath): a crash left it with an unfinished log, \
        and the file or its folder is read-only; copy the project to where it can be written

        """)
    #expect(tool("mount", "-o", "remount,rw,bind", mount) == 0)
    #expect(try bench.run(["takes"]).output.contains("13 takes"))
  }

  /// What is closed to a musician is not lost: no backup is the way back.
  @Test func whatIsClosedIsSaidToBeClosed() throws {
    let bench = try FaultBench()
    tool("chmod", "-R", "a+rwX", bench.folder.systemPath)
    let asOther =
      geteuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
    func expect(_ arguments: [String], _ sentence: String) throws {
      let outcome = try bench.run(arguments, through: asOther)
      #expect(outcome.status == 1)
      #expect(outcome.error.hasPrefix(sentence), "\(outcome.error)")
      #expect(!(outcome.error + outcome.output).contains("backup"))
    }
    let closed = "the file or its folder is closed to you"
    let folder = bench.folder.appending(path: "closed")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    tool("chmod", "555", folder.systemPath)
    let file = folder.appending(path: "x.tar").systemPath
    let outcome = try bench.run(["backup", file], through: asOther)
    #expect(outcome.error == "cannot write \(file): \(closed)\n")

    tool("chmod", "000", bench.library.systemPath)
    let library = "cannot open \(bench.library.systemPath): \(closed)"
    try expect(["takes"], library)
    let doctor = try bench.run(["doctor"], through: asOther)
    #expect(doctor.output.contains(library) && !doctor.output.contains("backup"))
    tool("chmod", "666", bench.library.systemPath)

    let settings = bench.project.appending(path: "project.toml").systemPath
    tool("chmod", "000", settings)
    try expect(["takes"], "cannot read \(settings): \(closed)")
    tool("chmod", "666", settings)

    tool("chmod", "000", bench.project.systemPath)
    defer { tool("chmod", "755", bench.project.systemPath) }
    let elsewhere = try Program.run(
      ["takes", "--project", "blues"], in: bench.folder, through: asOther)
    #expect(
      elsewhere.error == "cannot open project \(bench.project.systemPath): \(closed)\n")
  }

  private func expectReadOnly(_ bench: FaultBench, by other: [String] = []) throws {
    let before = try listing(bench)
    let out = bench.folder.appending(path: "out")
    try FileManager.default.createDirectory(at: out, withIntermediateDirectories: true)
    #expect(tool("chmod", "777", out.systemPath) == 0)
    for arguments in Self.reading + [["export", "1", "--to", out.systemPath]] {
      let outcome = try bench.run(arguments, through: other)
      #expect(outcome.status == 0, "\(arguments): \(outcome.error)")
      #expect(!outcome.output.isEmpty)
    }
    for arguments in Self.writing {
      let outcome = try bench.run(arguments, through: other)
      #expect(outcome.status == 1, "\(arguments): \(outcome.output)")
      let sentence = outcome.error.split(separator: "\n").last ?? ""
      #expect(sentence.contains(#/^cannot .+: .*(read-only|closed to you)/#), "\(outcome.error)")
    }
    #expect(try listing(bench) == before)
  }

  private func listing(_ bench: FaultBench) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: bench.project.systemPath).sorted()
  }
}

/// Runs a program of the system's; gives back its exit status.
@discardableResult
func tool(_ words: String...) -> Int32 {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = words
  guard (try? process.run()) != nil else { return -1 }
  process.waitUntilExit()
  return process.terminationStatus
}
