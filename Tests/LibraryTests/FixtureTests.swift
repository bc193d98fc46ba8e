import Foundation
import GRDB
import Library
import MIDI
import Testing

/// Libraries that older versions wrote, opened for ever; none is ever written again.
///
/// The fixture of a new schema is made by
/// `WOODSHED_WRITE_FIXTURE=v7 swift test --filter FixtureTests/writesAFixture`.
@Suite struct FixtureTests {
  private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures")

  static let versions = ["v1", "v2", "v3", "v4", "v5", "v6", "v7"]

  @Test(arguments: versions)
  func anOldLibraryIsReadAndGoesOn(version: String) throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(
      at: Self.fixtures.appending(path: "library-\(version).sqlite"), to: folder.library)
    let library = try TakeLibrary.open(at: folder.library)

    #expect(try library.takes().map(\.number) == [4, 3, 2, 1])
    #expect(try library.unfinishedTakes().map(\.number) == [5])
    for take: Int64 in 1...4 {
      #expect(try library.events(of: take) == Music.events)
      #expect(try library.notes(of: take) == Music.notes)
      #expect(
        try library.take(take)?.digest
          == "f13f438acd2402351b1dca33ca332090e96877ec568014ec554b2b40b128b6dd")
    }
    #expect(try library.events(of: 5) == Array(Music.events.prefix(3)))
    #expect(try library.take(1)?.source == Music.source("old.mid"))
    #expect(try library.take(2)?.heldOut == true)
    #expect(try library.take(3)?.generation == Generation(model: "base", seed: 7))
    #expect(
      try library.take(4)?.generation
        == Generation(round: 1, model: "round 1", seed: 8, stream: 1, primer: "1", primerTake: 1))
    #expect(try library.standingVerdict(of: 3).judgement == .keep)
    #expect(try library.standingVerdict(of: 4).phrases == [0..<1_000_000_000])
    #expect(try library.rounds().map(\.status) == [.current, .candidate])
    #expect(try library.takes(ofRound: 1).map(\.role) == [.train, .heldOut])

    let marks = [Mark(kind: .bookmark, nanoseconds: 7, text: "here")]
    #expect(try library.marks(of: 1) == (version == "v1" ? [] : marks))

    let pairs = [BlindPair(takeA: 3, takeB: 4, first: .b, moreMe: .b, liked: nil)]
    #expect(
      try library.blindPairs(of: "base", and: "round 1") == (version < "v3" ? [] : pairs))

    try library.finish(5, notes: [], pedalNanoseconds: 0)
    #expect(try library.add([Music.played()], to: Music.recording()) == [6])
    #expect(try library.add([Music.played(source: Music.source("old.mid"))], to: .old) == [1])
  }

  /// What an update brings along is sealed; that two takes of the fixtures are alike is found, too.
  @Test(arguments: versions)
  func anOldLibraryIsSoundAndStaysBesideTheNewOne(version: String) throws {
    let folder = try TemporaryFolder()
    let fixture = Self.fixtures.appending(path: "library-\(version).sqlite")
    try FileManager.default.copyItem(at: fixture, to: folder.library)
    let library = try TakeLibrary.open(at: folder.library)
    #expect(try library.faults().map(\.kind) == [.heldOut])

    let isOld = version != Self.versions.last
    let copy = folder.url.appending(path: "library.\(version).sqlite")
    #expect(library.copyBeforeUpdate?.path == (isOld ? copy.path : nil))
    guard isOld else { return }
    // The copy is the old library, row for row.
    func dump(_ file: URL) throws -> [String: [Row]] {
      try DatabaseQueue(path: file.path).read { db in
        let tables = try String.fetchAll(
          db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return try Dictionary(
          uniqueKeysWithValues: tables.map {
            ($0, try Row.fetchAll(db, sql: "SELECT * FROM \($0)"))
          })
      }
    }
    let old = folder.url.appending(path: "old.sqlite")
    try FileManager.default.copyItem(at: fixture, to: old)
    #expect(try dump(copy) == dump(old))
    // A library that is up to date is not copied again.
    #expect(try TakeLibrary.open(at: folder.library).copyBeforeUpdate == nil)
  }

  @Test func onlyTheTwoNewestCopiesStay() throws {
    let folder = try TemporaryFolder()
    let files = FileManager.default
    for version in Self.versions.dropLast() {
      try? files.removeItem(at: folder.library)
      for end in ["-wal", "-shm"] { try? files.removeItem(atPath: folder.library.path + end) }
      try files.copyItem(
        at: Self.fixtures.appending(path: "library-\(version).sqlite"), to: folder.library)
      try TakeLibrary.open(at: folder.library).close()
    }
    let copies = try files.contentsOfDirectory(atPath: folder.url.path)
      .filter { TakeLibrary.versionOfCopy($0) != nil }.sorted()
    #expect(copies == ["library.v5.sqlite", "library.v6.sqlite"])
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["WOODSHED_WRITE_FIXTURE"] != nil))
  func writesAFixture() throws {
    let version = try #require(ProcessInfo.processInfo.environment["WOODSHED_WRITE_FIXTURE"])
    let file = Self.fixtures.appending(path: "library-\(version).sqlite")
    try #require(!FileManager.default.fileExists(atPath: file.path))
    let library = try TakeLibrary.open(at: file)
    let imported = Music.played(2, source: Music.source("old.mid"))
    try library.add([imported], to: .old)
    try library.add([Music.played(1)], to: Music.recording("exam", heldOut: true))
    try library.add([Music.generated(3)], to: Music.generation)
    let digest = imported.source?.digest ?? ""
    try library.addRound(
      Music.round(
        1,
        takes: [
          RoundTake(take: 1, digest: digest, weight: 1, role: .train),
          RoundTake(take: 2, digest: digest, weight: 0, role: .heldOut),
        ]))
    try library.addRound(Music.round(2, .candidate, parent: 1))
    let answer = Generation(
      round: 1, model: "round 1", seed: 8, stream: 1, primer: "1", primerTake: 1)
    try library.add([Music.generated(4, by: answer)], to: Music.generation)
    try library.say(.discard, of: 3, at: Music.date(5))
    try library.undoLastVerdicts(at: Music.date(6))
    try library.say(.keep(phrase: nil), of: 3, at: Music.date(7))
    try library.say(.keep(phrase: 0..<1_000_000_000), of: 4, at: Music.date(8))
    let open = try library.beginTake(
      in: try library.insert(Music.recording()), startedAt: Music.date(9))
    try library.append(Array(Music.events.prefix(3)), to: open)
    try library.add(Mark(kind: .bookmark, nanoseconds: 7, text: "here"), to: 1)
    try library.add(
      BlindPair(takeA: 3, takeB: 4, first: .b, moreMe: .b, liked: nil), at: Music.date(10))
    try library.close()
    // Small pages make a small file.
    let database = try DatabaseQueue(path: file.path)
    try database.inDatabase { db in
      try db.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA page_size = 1024")
    }
    try database.vacuum()
  }
}

extension NewSession {
  fileprivate static let old = Music.importing("old.mid")
}
