import Foundation
import Synth
import Testing

/// Something that the program does and that may go wrong in the middle of it.
struct FaultStage: Sendable, CustomTestStringConvertible {
  var name: String
  /// What the program is told, in the project's folder.
  var arguments: [String]
  /// The library that it begins with; `nil` for one of today's.
  var library: String?
  /// Whether it was done, by what there was before and is now.
  var isDone: @Sendable (_ before: LibraryState, _ bench: FaultBench) throws -> Bool

  var testDescription: String { name }

  /// A bench that is ready for it.
  func bench() throws -> FaultBench {
    let bench = try FaultBench()
    if let library { try bench.useLibrary(of: library) }
    return bench
  }

  /// What goes on after a kill: the same again, or what was begun.
  func next(in bench: FaultBench) -> [String] {
    let state = bench.project.appending(path: "models/unfinished.run").systemPath
    guard arguments[0] == "tune", FileManager.default.fileExists(atPath: state) else {
      return arguments
    }
    return ["tune", "--resume"]
  }

  static let all: [FaultStage] = [
    FaultStage(name: "import", arguments: ["import", "../../more"]) { before, bench in
      try bench.ask("SELECT count(*) FROM take WHERE finished") == [before.takes.count + 3]
    },
    // One that ends by the clock leaves its state behind, to be gone on with.
    FaultStage(name: "tune", arguments: ["tune", "--minutes", "0.01"]) { before, bench in
      try bench.ask("SELECT count(*) FROM round") == [before.rounds.count + 1]
    },
    FaultStage(
      name: "generate", arguments: ["generate", "--count", "2", "--seconds", "2"]
    ) { before, bench in
      try bench.ask("SELECT count(*) FROM take WHERE finished") == [before.takes.count + 2]
    },
    FaultStage(name: "verdicts", arguments: ["keep", "1", "2", "9"]) { before, bench in
      try bench.ask("SELECT count(*) FROM verdict") == [before.verdicts + 3]
    },
    FaultStage(name: "delete", arguments: ["delete", "10", "--yes"]) { before, bench in
      try bench.ask("SELECT count(*) FROM take WHERE finished") == [before.takes.count - 1]
        && bench.ask("SELECT take FROM deletedTake") == [10]
        && FileManager.default.fileExists(
          atPath: bench.project.appending(path: "deleted/take-10-generated.mid").systemPath)
    },
    FaultStage(name: "rounds use", arguments: ["rounds", "use", "base"]) { _, bench in
      try bench.ask("SELECT count(*) FROM currentRound") == [0]
    },
    FaultStage(name: "migration", arguments: ["takes"], library: "v1") { _, bench in
      try bench.ask("SELECT name FROM sqlite_schema WHERE name = 'blindPair'") == ["blindPair"]
    },
    FaultStage(name: "new", arguments: ["new", "other", "--template", "tiny"]) { _, bench in
      FileManager.default.fileExists(
        atPath: bench.projects.appending(path: "other/library.sqlite").systemPath)
    },
    file("export", ["export", "1"], "take-1-played.mid"),
    file("plot", ["plot", "take", "1"], "take-1.svg"),
    file("report", ["report", "--takes", "1"], "report.html"),
    file("render", ["render", "9"], "take-9-generated.wav"),
  ].filter { $0.name != "render" || (try? SoundFont.find()) != nil }

  private static func file(_ name: String, _ arguments: [String], _ file: String) -> FaultStage {
    FaultStage(name: name, arguments: arguments) { _, bench in
      FileManager.default.fileExists(
        atPath: bench.project.appending(path: "exports/\(file)").systemPath)
    }
  }
}
