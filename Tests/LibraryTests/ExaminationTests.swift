import Foundation
import GRDB
import Library
import MIDI
import Testing

/// What is found when a library is looked through, and what is mended.
@Suite struct ExaminationTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let library = try TakeLibrary.open(at: folder.library)
    try library.add([Music.played(1)], to: Music.recording("monday"))
    try library.add([Music.generated(2)], to: Music.generation)
    try library.addRound(
      Music.round(
        1,
        takes: [
          RoundTake(take: 1, digest: Music.source("x").digest, weight: 1, role: .train)
        ]))
    try library.say(.rating(4), of: 2, at: Music.date(3))
    try library.add(Mark(kind: .bookmark, nanoseconds: 5, text: "here"), to: 1)
    try library.close()
  }

  /// Does to the file what woodshed never does.
  private func harm(_ statements: String...) throws {
    let database = try DatabaseQueue(path: folder.library.path)
    try database.inDatabase { db in
      for statement in statements { try db.execute(sql: statement) }
    }
    try database.close()
  }

  private func faults() throws -> [LibraryFault] {
    let library = try TakeLibrary.open(at: folder.library)
    defer { try? library.close() }
    return try library.faults()
  }

  private func kinds() throws -> [LibraryFault.Kind] { try faults().map(\.kind) }

  @Test func aSoundLibraryHasNone() throws {
    #expect(try faults() == [])
  }

  @Test func tablesAndViewsOfTheMusiciansOwnAreNoFault() throws {
    try harm(
      "CREATE TABLE mine (a)", "CREATE VIEW quiet AS SELECT * FROM note WHERE velocity < 40",
      "CREATE INDEX noteByPitch ON note (pitch)",
      "INSERT INTO verdict (take, at, kind, rating) VALUES (2, 0, 'rating', 2)")
    #expect(try faults() == [])
  }

  @Test func changedNotesAreFoundAndMendedOnlyByThoseThatWere() throws {
    try harm(
      "DROP TRIGGER noteUpdated", "UPDATE note SET pitch = 61 WHERE take = 1 AND sequence = 0")
    #expect(try kinds() == [.rule, .notes])
    let library = try TakeLibrary.open(at: folder.library)
    #expect(throws: LibraryError.damaged(what: "the notes of take 1", path: library.path)) {
      try library.notes(of: 1)
    }
    #expect(try library.events(of: 1) == Music.events)
    #expect(try !library.mend(notes: Array(Music.notes.reversed()), of: 1))
    #expect(try library.mend(notes: Music.notes, of: 1))
    #expect(try library.notes(of: 1) == Music.notes)
    try library.makeRulesAgain()
    #expect(try library.faults() == [])
    #expect(throws: DatabaseError.self) { try harm("UPDATE note SET pitch = 61") }
  }

  @Test func changedEventsAreFound() throws {
    try harm(
      "DROP TRIGGER eventChunkUpdated",
      "UPDATE eventChunk SET events = CAST(events || x'00' AS BLOB) WHERE take = 1")
    let found = try faults().filter { $0.kind == .events }
    #expect(found.map(\.take) == [1])
    let library = try TakeLibrary.open(at: folder.library)
    #expect(throws: LibraryError.self) { try library.events(of: 1) }
    #expect(try library.events(of: 2) == Music.events)
  }

  @Test(arguments: [
    (["UPDATE take SET origin = 'mixed' WHERE id = 2"], "take 2 is not as it was written"),
    (["UPDATE session SET name = 'sunday' WHERE id = 1"], "session 1 is not as it was written"),
    (["UPDATE verdict SET rating = 1"], "verdict 1 is not as it was written"),
    (["DELETE FROM verdict"], "verdict 1 is not as it was written"),
    (["UPDATE mark SET nanoseconds = 6"], "mark 1 is not as it was written"),
    (["UPDATE round SET seed = 1"], "round 1 is not as it was written"),
    (["UPDATE roundTake SET weight = 0.5"], "the data list of round 1 is not as it was written"),
    (["UPDATE roundUse SET round = NULL"], "entry 1 of the rounds in use is not as it was written"),
    (["DELETE FROM seal WHERE kind = 'take' AND row = 1"], "take 1 is not as it was written"),
  ])
  func aChangedRecordIsFound(statements: [String], says: String) throws {
    let drops = [
      "takeFinished", "verdictUpdated", "verdictDeleted", "roundRecord", "roundTakeUpdated",
      "roundUseUpdated",
    ].map { "DROP TRIGGER \($0)" }
    for statement in drops + statements { try harm(statement) }
    let found = try faults().filter { $0.kind != .rule }
    #expect(found.map(\.kind) == [.record])
    #expect(found.map(\.text) == [says])
  }

  @Test func whatIsReadOfAChangedRecordIsASentence() throws {
    try harm("DROP TRIGGER verdictUpdated", "UPDATE verdict SET rating = 1")
    let library = try TakeLibrary.open(at: folder.library)
    #expect(throws: LibraryError.damaged(what: "verdict 1", path: library.path)) {
      try library.standingVerdict(of: 2)
    }
    #expect(throws: LibraryError.damaged(what: "verdict 1", path: library.path)) {
      try library.takes()
    }
    // Playing is stored and read all the same.
    #expect(try library.add([Music.played(9)], to: Music.recording()) == [3])
    #expect(try library.events(of: 1) == Music.events)
  }

  @Test func rowsThatNameNothingAreFound() throws {
    try harm("PRAGMA foreign_keys = OFF", "DELETE FROM session WHERE id = 1")
    #expect(try kinds().contains(.reference))
  }

  @Test func aStrangeTriggerIsFoundAndLeft() throws {
    try harm(
      "CREATE TRIGGER quiet AFTER INSERT ON take BEGIN DELETE FROM verdict; END")
    #expect(
      try faults().map(\.text) == [
        "the trigger quiet is none of woodshed's; remove it, or know what it does"
      ])
    let library = try TakeLibrary.open(at: folder.library)
    try library.makeRulesAgain()
    #expect(try library.faults().count == 1)
  }

  /// An index from which a row is missing, as a broken disk leaves it.
  @Test func aBrokenIndexIsFoundAndMadeAgain() throws {
    let database = try DatabaseQueue(path: folder.library.path)
    let root = try database.read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM sqlite_master WHERE name = 'markByTake'")
    }
    try database.close()
    let sql: String = try #require(root?["sql"])
    let page: Int = try #require(root?["rootpage"])
    try harm("PRAGMA writable_schema = ON", "DELETE FROM sqlite_master WHERE name = 'markByTake'")
    try harm("INSERT INTO mark (take, nanoseconds, kind) VALUES (1, 9, 'bookmark')")
    try harm(
      "PRAGMA writable_schema = ON",
      "INSERT INTO sqlite_master VALUES ('index', 'markByTake', 'mark', \(page), '\(sql)')")
    #expect(try kinds().contains(.index))
    let library = try TakeLibrary.open(at: folder.library)
    #expect(throws: LibraryError.damaged(what: "the index markByTake", path: library.path)) {
      try library.marks(of: 1)
    }
    try library.makeIndexesAgain()
    #expect(try library.faults() == [])
    #expect(try library.marks(of: 1).count == 2)
  }

  @Test func heldOutPlayingThatWasTrainedOnIsFound() throws {
    let library = try TakeLibrary.open(at: folder.library)
    // The same events as take 1, on which round 1 was trained.
    try library.add([Music.played(5)], to: Music.recording("exam", heldOut: true))
    try library.close()
    #expect(
      try faults().map(\.text) == [
        "round 1 was trained on take 1, which is the same playing as take 3, set aside for judging"
      ])
    try harm(
      "DROP TRIGGER sessionHeldOutTrained", "UPDATE session SET heldOutAt = 1 WHERE id = 1",
      "DROP TRIGGER takeFinished", "UPDATE take SET primerTake = 3 WHERE id = 2")
    let texts = try faults().filter { $0.kind == .heldOut }.map(\.text)
    #expect(
      texts.contains(
        "round 1 was trained on take 1, which is set aside for judging: its numbers say too much"))
    #expect(texts.contains("take 2 goes on from take 3, which is set aside for judging"))
  }
}
