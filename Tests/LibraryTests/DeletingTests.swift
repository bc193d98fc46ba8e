import Foundation
import GRDB
import Library
import Testing

/// What may be taken back: takes that were brought in for judging, and takes altogether.
@Suite struct DeletingTests {
  private let folder: TemporaryFolder
  private let library: TakeLibrary

  /// Takes 1 and 2 are played, 3 is brought in for judging, 4 goes on from 2, up to a moment.
  init() throws {
    folder = try TemporaryFolder()
    library = try TakeLibrary.open(at: folder.library)
    try library.add(
      [Music.played(source: Music.source("a.mid")), Music.played(1)], to: Music.recording())
    try library.add([Music.played(2)], to: Music.recording("exam", heldOut: true))
    let answer = Generation(model: "base", seed: 1, primerTake: 2, primerEnd: 500_000_000)
    try library.add([Music.generated(3, by: answer)], to: Music.generation)
  }

  private func expectRefusal(_ rule: String, _ work: () throws -> Void) {
    let error = #expect(throws: LibraryError.self) { try work() }
    guard case .refused(_, _, let said) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(said == rule)
  }

  private func round(_ take: Int64, _ role: RoundTake.Role) -> NewRound {
    let digest = Digest.sha256(of: [])
    return Music.round(1, takes: [RoundTake(take: take, digest: digest, weight: 1, role: role)])
  }

  @Test func aDeletedTakeLeavesARecordAndNothingElse() throws {
    try library.say(.keep(phrase: 0..<1_000_000_000), of: 1, at: Music.date(4))
    try library.say(.rating(2), of: 2, at: Music.date(5))
    try library.say(.rating(4), of: 1, at: Music.date(6))
    try library.undoLastVerdicts(of: 1, at: Music.date(7))
    try library.add(Mark(kind: .bookmark, nanoseconds: 1), to: 1)
    try library.delete([1: "deleted/1.mid"], at: Music.date(8))

    #expect(try library.takes().map(\.number) == [4, 3, 2])
    #expect(try library.take(1) == nil)
    #expect(try library.verdicts().map(\.take) == [2])
    let deleted = try #require(try library.deletedTake(1))
    #expect((deleted.number, deleted.at, deleted.copy) == (1, Music.date(8), "deleted/1.mid"))
    #expect((deleted.origin, deleted.noteCount, deleted.nanoseconds) == (.played, 2, 2_000_000_000))
    #expect(try library.deletedTake(2) == nil)
    let digest = Music.source("a.mid").digest
    #expect(try library.deletedTake(withSourceDigest: digest) == deleted)
    #expect(try library.faults().isEmpty)
    try library.close()
    let again = try TakeLibrary.open(at: folder.library)
    #expect(try again.takes().count == 3 && again.faults().isEmpty)
    // What is said next is sealed as ever.
    try again.say(.discard, of: 2, at: Music.date(9))
    #expect(try again.faults().isEmpty)
  }

  @Test func aNumberIsNotGivenAgain() throws {
    try library.delete([4: "deleted/4.mid"], at: Music.date())
    #expect(try library.add([Music.played(9)], to: Music.recording()) == [5])
    try library.delete([5: "deleted/5.mid"], at: Music.date())
    let session = try library.insert(Music.recording())
    #expect(try library.beginTake(in: session, startedAt: Music.date()) == 6)
    #expect(try library.faults().isEmpty)
  }

  @Test func whatSomethingRestsOnStays() throws {
    let rule = "a take that the record of something rests on is never deleted"
    #expect(try library.uses(of: 2) == [.goneOnFrom(by: 4)])
    expectRefusal(rule) { try library.delete([2: "x"], at: Music.date()) }
    try library.addRound(round(1, .train))
    #expect(try library.uses(of: 1) == [.trained(round: 1)])
    expectRefusal(rule) { try library.delete([1: "x"], at: Music.date()) }
    #expect(try library.uses(of: 3) == [])
    expectRefusal("only a finished take can be deleted") {
      let open = try library.beginTake(
        in: library.insert(Music.recording()), startedAt: Music.date())
      try library.delete([open: "x"], at: Music.date())
    }
    #expect(throws: LibraryError.noSuch(table: "take", number: 99, path: library.path)) {
      try library.delete([4: "x", 99: "x"], at: Music.date())
    }
    #expect(try library.takes().map(\.number) == [4, 3, 2, 1])
    // Both, in one go.
    try library.delete([2: "x", 4: "y"], at: Music.date())
    #expect(try library.takes().map(\.number) == [3, 1])
    // Take 3 has the same events as take 1, and that is all there is to say.
    #expect(try library.faults().allSatisfy { $0.kind == .heldOut })
  }

  @Test(arguments: [
    "DELETE FROM deletedTake", "UPDATE deletedTake SET at = 0", "DELETE FROM primerEnd",
    "UPDATE primerEnd SET nanoseconds = 1", "DELETE FROM note WHERE take = 2",
    "DELETE FROM verdict", "DELETE FROM take WHERE id = 3", "DELETE FROM released",
    "INSERT INTO primerEnd (take, nanoseconds) VALUES (1, 1)",
  ])
  func whatIsOnRecordStays(sql: String) throws {
    try library.release(takes: [3], at: Music.date())
    try library.say(.discard, of: 2, at: Music.date())
    try library.add([Music.played(9)], to: Music.recording())
    try library.delete([5: "x"], at: Music.date())
    try library.close()
    let database = try DatabaseQueue(path: folder.library.path)
    #expect(throws: DatabaseError.self) { try database.write { try $0.execute(sql: sql) } }
  }

  @Test(arguments: [
    ("primerEnd SET nanoseconds = 7", "primerEndUpdated", "entry 1 of where primers end"),
    ("released SET at = 7", "releasedUpdated", "entry 1 of what was released"),
    ("deletedTake SET noteCount = 7", "deletedTakeUpdated", "entry 1 of what was deleted"),
  ])
  func aByteThatChangesIsNoticed(change: String, rule: String, what: String) throws {
    try library.release(takes: [3], at: Music.date())
    try library.delete([1: "x"], at: Music.date())
    try library.close()
    let database = try DatabaseQueue(path: folder.library.path)
    try database.write { db in
      let sql = try String.fetchOne(
        db, sql: "SELECT sql FROM sqlite_master WHERE name = ?", arguments: [rule])
      try db.execute(sql: "DROP TRIGGER \(rule)")
      try db.execute(sql: "UPDATE \(change)")
      try db.execute(sql: sql ?? "")
    }
    try database.close()
    let again = try TakeLibrary.open(at: folder.library)
    #expect(try again.faults().map(\.text) == ["\(what) is not as it was written"])
    #expect(throws: LibraryError.damaged(what: what, path: library.path)) {
      if rule == "deletedTakeUpdated" {
        _ = try again.deletedTake(1)
      } else {
        _ = try again.takes()
      }
    }
  }

  @Test func whatWasBroughtInForJudgingIsReleased() throws {
    #expect(try library.take(3)?.heldOut == true)
    expectRefusal("only what was brought in for judging can be released") {
      try library.release(takes: [1, 3], at: Music.date())
    }
    #expect(try library.take(3)?.heldOut == true)
    try library.release(takes: [3], at: Music.date())
    #expect(try library.take(3)?.heldOut == false)
    #expect(try library.takes(matching: TakeQuery(heldOut: true)).isEmpty)
    expectRefusal("only what was brought in for judging can be released") {
      try library.release(takes: [3], at: Music.date())
    }
    // It may be learned from now, and may be chosen for judging as any other.
    try library.addRound(round(3, .train))
    try library.setHeldOut(takes: [3])
    #expect(try library.take(3)?.heldOut == true)
    #expect(try library.faults().isEmpty)
  }

  @Test func whatHasJudgedARoundIsNotReleased() throws {
    try library.addRound(round(3, .heldOut))
    #expect(try library.uses(of: 3) == [.judged(round: 1)])
    expectRefusal("what a round was judged by stays set aside") {
      try library.release(takes: [3], at: Music.date())
    }
    // A new choice takes its place.
    try library.setHeldOut(takes: [1])
    #expect(try library.take(3)?.heldOut == false)
  }

  @Test func aReleasedTakeCanBeDeleted() throws {
    try library.release(takes: [3], at: Music.date())
    try library.delete([3: "x"], at: Music.date())
    #expect(try library.faults().isEmpty)
  }
}
