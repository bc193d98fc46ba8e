import Foundation
import Library
import Testing

@Suite struct SessionTests {
  private let folder: TemporaryFolder
  private let library: TakeLibrary

  init() throws {
    folder = try TemporaryFolder()
    library = try TakeLibrary.open(at: folder.library)
    // Given takes 1 and 2 in session 1, 3 in session 2, and 4, generated, in session 3
    try library.add([Music.played(), Music.played(1)], to: Music.recording("first"))
    try library.add([Music.played(2)], to: Music.recording("second"))
    try library.add([Music.generated()], to: Music.generation)
  }

  private func expectRefusal(
    _ rule: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
  ) {
    let error = #expect(throws: LibraryError.self, sourceLocation: sourceLocation) { try body() }
    guard case .refused(_, _, let broken) = error else {
      Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
      return
    }
    #expect(broken == rule, sourceLocation: sourceLocation)
  }

  @Test func sessionsAreListedNewestFirst() throws {
    #expect(try library.sessions().map(\.id) == [3, 2, 1])
    let played = try library.playedSessions()
    #expect(played.map(\.name) == ["second", "first"])
    #expect(played.map(\.takes) == [1, 2])
    #expect(played.map(\.nanoseconds) == [2_000_000_000, 4_000_000_000])
    #expect(played.allSatisfy { $0.kind == .recording && $0.startedAt == Music.date() })
    #expect(played.allSatisfy { !$0.heldOut })
  }

  @Test func heldOutIsForEver() throws {
    try library.setHeldOut(sessions: [1])
    #expect(try library.playedSessions().map(\.heldOut) == [false, true])
    #expect(
      try library.takes(matching: TakeQuery(heldOut: true)).map(\.number).sorted() == [1, 2])
    expectRefusal("a held-out session stays held out") {
      try library.setHeldOut(sessions: [1])
    }
  }

  @Test func aSessionCanBeHeldOutFromTheBeginning() throws {
    let take = try #require(
      try library.add([Music.played()], to: Music.recording("exam", heldOut: true)).first)
    #expect(try library.take(take)?.heldOut == true)
  }

  @Test func generationsAreNeverHeldOut() throws {
    let error = #expect(throws: LibraryError.self) { try library.setHeldOut(sessions: [2, 3]) }
    #expect(error?.description.contains("CHECK constraint failed") == true)
    // Nor was the other one of that call.
    #expect(try library.playedSessions().map(\.heldOut) == [false, false])
  }

  @Test func sessionsThatAreNotThereAreNamed() throws {
    #expect(throws: LibraryError.noSuch(table: "session", number: 9, path: folder.library.path)) {
      try library.setHeldOut(sessions: [1, 9])
    }
    #expect(try library.playedSessions().map(\.heldOut) == [false, false])
  }

  @Test func heldOutTakesAreNeverTrainedOnAndOnlyTheyJudge() throws {
    try library.setHeldOut(sessions: [1])
    let digest = Digest.sha256(of: [])
    func round(_ take: Int64, _ role: RoundTake.Role) -> NewRound {
      Music.round(1, takes: [RoundTake(take: take, digest: digest, weight: 1, role: role)])
    }
    expectRefusal("a held-out take is never trained on") {
      try library.addRound(round(1, .train))
    }
    expectRefusal("only played takes that are held out judge a round") {
      try library.addRound(round(3, .heldOut))
    }
    expectRefusal("only played takes that are held out judge a round") {
      try library.addRound(round(4, .heldOut))
    }
    #expect(try library.rounds() == [])
    #expect(try library.currentRound() == nil)
  }

  @Test func whatWasTrainedOnIsNeverHeldOut() throws {
    let data = RoundTake(take: 3, digest: Digest.sha256(of: []), weight: 1, role: .train)
    try library.addRound(Music.round(1, takes: [data]))
    #expect(try library.takesTrainedOn() == [3])
    expectRefusal("a session that a round was trained on is never held out") {
      try library.setHeldOut(sessions: [2])
    }
    try library.setHeldOut(sessions: [1])
  }

  @Test func takesAreSetAsideByThemselvesAndTheNewestChoiceCounts() throws {
    func heldOut() throws -> [Int64] {
      try library.takes(matching: TakeQuery(heldOut: true)).map(\.number).sorted()
    }
    #expect(try library.heldOutSince() == nil)
    try library.setHeldOut(takes: [1])
    #expect(try heldOut() == [1])
    #expect(try library.take(2)?.heldOut == false)
    let digest = Digest.sha256(of: [])
    func round(_ number: Int, _ take: Int64, _ role: RoundTake.Role) -> NewRound {
      Music.round(number, takes: [RoundTake(take: take, digest: digest, weight: 1, role: role)])
    }
    expectRefusal("a held-out take is never trained on") {
      try library.addRound(round(1, 1, .train))
    }
    try library.addRound(round(1, 2, .train))
    try library.addRound(round(2, 1, .heldOut))
    // Chosen again, what a round was trained on may be among them, and the old ones are free.
    try library.setHeldOut(takes: [2, 3])
    #expect(try heldOut() == [2, 3])
    #expect(try library.heldOutSince() != nil)
    try library.addRound(round(3, 1, .train))
    expectRefusal("a held-out take is never a primer") {
      try library.add(
        [Music.generated(by: Generation(model: "base", seed: 1, primerTake: 2))],
        to: Music.generation)
    }
    #expect(try library.faults().filter { $0.kind == .record } == [])
  }

  @Test func onlyPlayedTakesAreSetAside() throws {
    expectRefusal("only played takes are set aside for judging") {
      try library.setHeldOut(takes: [1, 4])
    }
    #expect(throws: LibraryError.noSuch(table: "take", number: 99, path: folder.library.path)) {
      try library.setHeldOut(takes: [1, 99])
    }
    #expect(try library.takes(matching: TakeQuery(heldOut: true)) == [])
  }

  @Test func whatWasSetAsideBySessionGivesWayToAChoiceOfTakes() throws {
    try library.setHeldOut(sessions: [1])
    try library.setHeldOut(takes: [3])
    #expect(try library.takes(matching: TakeQuery(heldOut: true)).map(\.number) == [3])
    // What is brought in for judging since is set aside as well.
    let exam = try #require(
      try library.add([Music.played()], to: Music.recording("exam", heldOut: true)).first)
    #expect(
      try library.takes(matching: TakeQuery(heldOut: true)).map(\.number).sorted() == [3, exam])
  }

  @Test func aHeldOutTakeIsNeverAPrimer() throws {
    try library.setHeldOut(sessions: [1])
    let cheat = Generation(model: "base", seed: 1, primerTake: 1)
    expectRefusal("a held-out take is never a primer") {
      try library.add([Music.generated(by: cheat)], to: Music.generation)
    }
    let fair = Generation(model: "base", seed: 1, primerTake: 3)
    try library.add([Music.generated(by: fair)], to: Music.generation)
  }
}
