import Disk
import Foundation
import MIDI
import Performance
import Testing
import Work

@testable import Workbench

@Suite struct BasePackTests {
  private let bench: Bench
  private var request = BasePackRequest()

  init() throws {
    bench = try Bench()
    request.paths = [try bench.music(takes: 3)]
    request.folder = bench.folder.appending(path: "pack").plainPath
  }

  private func read() throws -> (pack: BasePack, tokens: [[UInt16]]) {
    let folder = URL(filePath: request.folder)
    let pack = try JSONDecoder().decode(
      BasePack.self, from: Data(contentsOf: folder.appending(path: "index.json")))
    let shards = try pack.shards.map { name -> [UInt16] in
      let bytes = [UInt8](try Data(contentsOf: folder.appending(path: name)))
      return stride(from: 0, to: bytes.count, by: 2).map {
        UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8
      }
    }
    return (pack, pack.takes.map { Array(shards[$0.shard][$0.offset..<($0.offset + $0.tokens)]) })
  }

  @Test func whyThereIsNoMusicIsSaid() throws {
    var request = request
    let path = bench.folder.appending(path: "nope").plainPath
    let cause = "cannot read \(path): the file or its folder is not there"
    request.paths = [path]
    let fault = WorkbenchError.noMusic(path: path, cause: cause)
    #expect(throws: fault) { try request.pack { _ in true } }
    #expect(throws: fault) {
      try bench.home.noteGrams(of: [path], inTemplate: "tiny") { _ in true }
    }
  }

  @Test func nothingIsLeftOfWhatWasStopped() throws {
    #expect(throws: WorkbenchError.stopped(doing: "pack a corpus")) {
      try request.pack { $0.done < 1 }
    }
    #expect(!FileManager.default.fileExists(atPath: request.folder))
    #expect(try request.pack { _ in true }.takes == 3)
  }

  @Test func theFirstPassIsTheMusicAsItIs() throws {
    let report = try request.pack { _ in true }
    let (pack, tokens) = try read()
    #expect(pack.format == "woodshed-pack-1")
    #expect(pack.vocabulary == "performance-388")
    #expect(pack.shards == ["shard-0000.tokens"])
    #expect(pack.takes.map(\.source) == ["0.mid", "1.mid", "2.mid"])
    #expect(pack.takes.map(\.pass) == [0, 0, 0])
    for (index, take) in tokens.enumerated() {
      let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(request.paths[0])/\(index).mid")))
      let notes = try StandardMIDIFile(bytes: bytes).takes.map {
        NoteReading(of: $0.events).soundingNotes
      }
      #expect(notes.map { PreparedNotes($0).tokens() } == [take])
    }
    #expect(report.takes == 3)
    #expect(report.tokens == tokens.reduce(0) { $0 + $1.count })
  }

  @Test func otherPassesAreChanged() throws {
    var request = request
    request.passes = 2
    _ = try request.pack { _ in true }
    let (pack, tokens) = try read()
    #expect(pack.takes.map(\.pass) == [0, 0, 0, 1, 1, 1])
    #expect(zip(tokens.prefix(3), tokens.suffix(3)).contains { $0 != $1 })
  }

  @Test func aPackIsNotWrittenOver() throws {
    _ = try request.pack { _ in true }
    let error = #expect(throws: WorkbenchError.self) { try request.pack { _ in true } }
    #expect(
      error.map(String.init(describing:))
        == "cannot write a pack to \(request.folder): there is one already")
    var other = request
    other.paths = [bench.home.templates.plainPath]
    other.folder = bench.folder.appending(path: "other").plainPath
    #expect(throws: WorkbenchError.self) { try other.pack { _ in true } }
    #expect(!URL(filePath: other.folder).isFolder)
  }
}
