import Foundation
import GRDB
import Network
import TestBed
import Testing

/// A workbench with a very small base and one project, `blues`: eight takes, a round and two
/// generated takes. It is made once by the program itself; each trial has a copy.
final class FaultBench {
  let folder: URL
  var projects: URL { folder.appending(path: "Projects") }
  var project: URL { projects.appending(path: "blues") }
  var library: URL { project.appending(path: "library.sqlite") }
  /// Whether its library was written by an older woodshed.
  private(set) var isOld = false

  init() throws {
    folder = try Self.scratch.appending(path: "bench-\(UUID())")
    try FileManager.default.copyItem(at: Self.original.get(), to: folder)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Runs the program in the project.
  func run(
    _ arguments: [String], environment: [String: String] = [:], through starter: [String] = []
  ) throws -> Program.Outcome {
    try Program.run(arguments, in: project, environment: environment, through: starter)
  }

  /// Puts a library in place that an older woodshed wrote.
  func useLibrary(of version: String) throws {
    isOld = true
    try FileManager.default.removeItem(at: library)
    try FileManager.default.copyItem(
      at: Program.checkout.appending(
        path: "Tests/LibraryTests/Fixtures/library-\(version).sqlite"), to: library)
  }

  /// Asks the library, as SQLite finds it.
  func ask<Value: DatabaseValueConvertible>(_ sql: String, as _: Value.Type = Value.self) throws
    -> [Value]
  {
    let database = try DatabaseQueue(path: library.systemPath)
    defer { try? database.close() }
    return try database.read { try Value.fetchAll($0, sql: sql) }
  }

  // MARK: - The original

  /// A folder that goes away with the tests.
  static var scratch: URL { get throws { try scratchFolder.get() } }

  private static let scratchPath = FileManager.default.temporaryDirectory
    .appending(path: "woodshed-faults-\(getpid())").systemPath

  private static let scratchFolder = Result<URL, any Error> {
    let folder = URL(filePath: scratchPath, directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(atPath: FaultBench.scratchPath) }
    return folder
  }

  private static let original = Result<URL, any Error> {
    let folder = try scratch.appending(path: "original")
    try TinyWorkbench.make(in: folder)
    var random = SeededGenerator(seed: 7)
    for (name, count) in [("midi", 8), ("more", 3)] {
      try TinyWorkbench.writeMusic(
        1..<(count + 1), seconds: 6, to: folder.appending(path: name), using: &random)
    }
    try run(["new", "blues", "--template", "tiny"], in: folder)
    let project = folder.appending(path: "Projects/blues")
    try """
    name = "blues"
    template = "tiny"
    [tune]
    passes = 1
    lanes = 2
    steps = 32
    varietyMinutes = 0.1
    patience = 1000
    """.write(to: project.appending(path: "project.toml"), atomically: true, encoding: .utf8)
    try run(["import", "../../midi"], in: project)
    try run(["tune"], in: project)
    try run(["generate", "--count", "2", "--seconds", "2", "--seed", "1"], in: project)
    return folder
  }

  private static func run(_ arguments: [String], in folder: URL) throws {
    let outcome = try Program.run(arguments, in: folder)
    guard outcome.status == 0 else { throw FailingDisk.Failed(said: outcome.error) }
  }
}
