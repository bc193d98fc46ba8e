import Foundation
import Library
import MIDI
import Network
import Testing

/// What a library holds that must never be lost.
struct LibraryState: Hashable {
  /// Digests of finished takes by their numbers, those that were deleted and have their copy included.
  var takes: [Int64: String] = [:]
  var verdicts = 0
  var rounds: [String] = []

  init(of bench: FaultBench) throws {
    for line in try bench.ask(
      "SELECT id || ' ' || digest FROM take WHERE finished", as: String.self)
    {
      let words = line.split(separator: " ")
      takes[Int64(words[0]) ?? 0] = String(words[1])
    }
    // An older library has no such table.
    let hasDeleted =
      try bench.ask(
        "SELECT count(*) FROM sqlite_schema WHERE name = 'deletedTake'", as: Int.self) == [1]
    let deleted =
      try hasDeleted
      ? bench.ask(
        "SELECT take || ' ' || digest || ' ' || copy FROM deletedTake", as: String.self) : []
    for line in deleted {
      let words = line.split(separator: " ").map(String.init)
      let copy = bench.project.appending(path: words[2]).systemPath
      if FileManager.default.fileExists(atPath: copy) { takes[Int64(words[0]) ?? 0] = words[1] }
    }
    verdicts = try bench.ask("SELECT count(*) FROM verdict", as: Int.self).first ?? 0
    rounds = try bench.ask("SELECT id || numbers || weightsDigest FROM round ORDER BY id")
  }

  /// Whether all of `before` is still here.
  func holds(_ before: LibraryState) -> Bool {
    takes.merging(before.takes) { $1 } == takes && verdicts >= before.verdicts
      && rounds.starts(with: before.rounds)
  }
}

extension FaultBench {
  /// Expects that the project is whole: the library, all that it held, and every file under its final
  /// name.
  ///
  /// - Parameter isKilled: whether drafts may lie about.
  func expectWhole(_ before: LibraryState, isKilled: Bool, _ what: String) throws {
    #expect(try ask("PRAGMA integrity_check") == ["ok"], "\(what)")
    #expect(try ask("SELECT count(*) FROM pragma_foreign_key_check") == [0], "\(what)")
    #expect(try LibraryState(of: self).holds(before), "\(what)")
    // An older woodshed's library comes without its weights.
    let rounds =
      try isOld
      ? []
      : ask(
        "SELECT weightsFile || ' ' || weightsDigest FROM round WHERE weightsFile IS NOT NULL",
        as: String.self)
    for round in rounds {
      let words = round.split(separator: " ").map(String.init)
      let file = project.appending(path: "models/\(words[0])")
      #expect(throws: Never.self, "\(what)") {
        let digest = try Digest.sha256(ofFileAt: file)
        #expect(digest == words[1], "\(what): \(words[0])")
      }
    }
    for name in try FileManager.default.subpathsOfDirectory(atPath: projects.systemPath) {
      let file = projects.appending(path: name)
      switch file.pathExtension {
      case "part": #expect(isKilled, "\(what): \(name) is left")
      case "safetensors":
        #expect(throws: Never.self, "\(what): \(name)") {
          try Checkpoint.read(from: file)
        }
      case "mid":
        let music = try StandardMIDIFile(bytes: [UInt8](Data(contentsOf: file)))
        #expect(music.takes.count == 1 && music.warnings.isEmpty, "\(what): \(name)")
      case "svg", "html":
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(
          text.trimmingCharacters(in: .newlines).hasSuffix("</\(file.pathExtension)>"),
          "\(what): \(name)")
      case "wav":
        let bytes = try [UInt8](Data(contentsOf: file))
        let length = (0..<4).reduce(0) { $0 | Int(bytes[4 + $1]) << (8 * $1) }
        #expect(length == bytes.count - 8, "\(what): \(name)")
      case "json":
        #expect(throws: Never.self, "\(what): \(name)") {
          try JSONSerialization.jsonObject(with: Data(contentsOf: file))
        }
      default: break
      }
    }
  }
}
