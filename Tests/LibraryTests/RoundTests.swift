import Foundation
import GRDB
import Library
import Testing

@Suite struct RoundTests {
  private let folder: TemporaryFolder
  private let library: TakeLibrary

  init() throws {
    folder = try TemporaryFolder()
    library = try TakeLibrary.open(at: folder.library)
    try library.add([Music.played(), Music.played(1)], to: Music.recording())
    try library.add([Music.played(2)], to: Music.recording("exam", heldOut: true))
  }

  @Test func aRoundComesBackWithItsData() throws {
    let takes = [
      RoundTake(take: 2, digest: Digest.sha256(of: [2]), weight: 1, role: .train),
      RoundTake(take: 1, digest: Digest.sha256(of: [1]), weight: 0.5, role: .train, phrase: 0..<9),
      RoundTake(take: 1, digest: Digest.sha256(of: [1]), weight: 0.5, role: .train, phrase: 9..<12),
      RoundTake(take: 3, digest: Digest.sha256(of: [3]), weight: 0, role: .heldOut),
    ]
    var round = Music.round(1, takes: takes)
    round.parentDigest = Digest.sha256(of: [0])
    round.reason = "better than the base"
    #expect(try library.addRound(round) == 1)
    #expect(try library.nextRoundNumber() == 2)
    #expect(try library.takes(ofRound: 1) == takes)
    let record = try #require(try library.round(number: 1))
    #expect(record.number == 1)
    #expect(record.parent == nil)
    #expect(record.parentDigest == Digest.sha256(of: [0]))
    #expect(record.createdAt == Music.date(1))
    #expect(record.settings == #"{"passes":12}"#)
    #expect(record.seed == .max)
    #expect(record.programVersion == "0.1.0")
    #expect(record.status == .current)
    #expect(record.reason == "better than the base")
    #expect(record.numbers == #"{"nllPerEvent":1.9}"#)
    #expect(record.weightsFile == "round-1.safetensors")
    #expect(record.weightsDigest == Digest.sha256(of: [1]))
    #expect(try library.currentRound() == record)
    #expect(try library.rounds() == [record])
  }

  @Test func theRoundInUseMovesForwardAndBack() throws {
    try library.addRound(Music.round(1))
    try library.addRound(Music.round(2, .candidate, parent: 1))
    #expect(try library.rounds().map(\.status) == [.current, .candidate])
    try library.addRound(Music.round(3))
    #expect(try library.rounds().map(\.status) == [.former, .candidate, .current])
    try library.setCurrent(round: 2)
    #expect(try library.rounds().map(\.status) == [.former, .current, .former])
    try library.setCurrent(round: 1)
    #expect(try library.currentRound()?.number == 1)
    try library.setCurrent(round: nil)
    #expect(try library.currentRound() == nil)
    #expect(try library.rounds().map(\.status) == [.former, .candidate, .former])
    try DatabaseQueue(path: folder.library.path).read { db in
      let uses = try Int?.fetchAll(db, sql: "SELECT round FROM roundUse ORDER BY id")
      #expect(uses == [1, 3, 2, 1, nil])
    }
  }

  @Test func aFailedRoundIsRecordedAndNeverUsed() throws {
    var failed = Music.round(1, .failed)
    failed.weightsFile = nil
    failed.weightsDigest = nil
    try library.addRound(failed)
    #expect(try library.round(number: 1)?.status == .failed)
    let error = #expect(throws: LibraryError.self) { try library.setCurrent(round: 1) }
    #expect(
      error?.description == """
        cannot change the round in use in \(folder.library.path): \
        a round without weights cannot be used
        """)
    #expect(throws: LibraryError.noSuch(table: "round", number: 2, path: folder.library.path)) {
      try library.setCurrent(round: 2)
    }
  }

  @Test func weightsAreForgottenButNotThoseInUse() throws {
    try library.addRound(Music.round(1))
    try library.addRound(Music.round(2))
    try library.forgetWeights(ofRound: 1)
    #expect(try library.round(number: 1)?.weightsFile == nil)
    #expect(try library.round(number: 1)?.weightsDigest == Digest.sha256(of: [1]))
    #expect(throws: LibraryError.self) { try library.forgetWeights(ofRound: 2) }
    #expect(throws: LibraryError.self) { try library.setCurrent(round: 1) }
    #expect(try library.round(number: 2)?.weightsFile != nil)
  }

  @Test func whatIsNotWholeIsRefusedWhole() throws {
    try library.addRound(Music.round(1))
    var bare = Music.round(2)
    bare.weightsDigest = nil
    var muddled = Music.round(2)
    muddled.numbers = "{"
    let lost = RoundTake(take: 9, digest: Digest.sha256(of: []), weight: 1, role: .train)
    for round in [Music.round(1), bare, muddled, Music.round(2, takes: [lost])] {
      #expect(throws: LibraryError.self) { try library.addRound(round) }
    }
    #expect(try library.rounds().map(\.number) == [1])
    #expect(try library.currentRound()?.number == 1)
  }

  @Test(arguments: [
    ("UPDATE round SET seed = 1", "the record of a round is never changed"),
    ("UPDATE round SET numbers = '{}'", "the record of a round is never changed"),
    ("DELETE FROM round", "the record of a round stays"),
    ("UPDATE roundTake SET weight = 2", "the record of a round stays"),
    ("DELETE FROM roundTake", "the record of a round stays"),
    ("UPDATE roundUse SET round = NULL", "which round was in use is only added to"),
    ("DELETE FROM roundUse", "which round was in use is only added to"),
  ])
  func recordsStay(sql: String, rule: String) throws {
    let data = RoundTake(take: 1, digest: Digest.sha256(of: []), weight: 1, role: .train)
    try library.addRound(Music.round(1, takes: [data]))
    let error = #expect(throws: DatabaseError.self) {
      try DatabaseQueue(path: folder.library.path).write { try $0.execute(sql: sql) }
    }
    #expect(error?.message == rule)
  }
}
