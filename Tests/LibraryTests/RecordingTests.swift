import Foundation
import GRDB
import Library
import MIDI
import Testing

@Suite struct RecordingTests {
  private let folder: TemporaryFolder
  private let library: TakeLibrary
  private let session: Int64

  init() throws {
    folder = try TemporaryFolder()
    library = try TakeLibrary.open(at: folder.library, durability: .full)
    session = try library.insert(Music.recording())
  }

  @Test func aTakeGrowsWhileItIsPlayed() throws {
    let take = try library.beginTake(in: session, startedAt: Music.date(2))
    #expect(try library.unfinishedTakes().map(\.number) == [take])
    #expect(try library.events(of: take) == [])
    for event in Music.events { try library.append([event], to: take) }
    try library.append([], to: take)
    // Another connection sees every event, and no take is listed that is not whole.
    let other = try TakeLibrary.open(at: folder.library)
    #expect(try other.events(of: take) == Music.events)
    let open = try #require(try other.unfinishedTakes().first)
    #expect(!open.isFinished)
    #expect(open.digest == "")
    #expect(open.eventCount == 8)
    #expect(open.nanoseconds == 2_000_000_000)
    #expect(try other.takes() == [])
    #expect(try other.takes(matching: TakeQuery(finishedOnly: false)) == [open])
    #expect(try other.totals().takes == 0)
  }

  @Test func aHeldTakeGoesOnAndTakesWhatIsHeardLate() throws {
    let take = try library.beginTake(in: session, startedAt: Music.date())
    let stroke = MIDIEvent(nanoseconds: 5, message: .noteOn(pitch: 60, velocity: 64))
    let release = MIDIEvent(nanoseconds: 400, message: .noteOff(pitch: 60))
    try library.append([stroke], to: take)
    try library.extend(take, to: 500)
    // It is never shortened.
    try library.extend(take, to: 300)
    #expect(try library.unfinishedTakes().map(\.nanoseconds) == [500])
    #expect(throws: LibraryError.outOfOrder(index: 0, nanoseconds: 4)) {
      try library.append([MIDIEvent(nanoseconds: 4, message: release.message)], to: take)
    }
    try library.append([release], to: take)
    #expect(try library.unfinishedTakes().map(\.nanoseconds) == [500])
    #expect(try library.events(of: take) == [stroke, release])
    #expect(try library.faults() == [])
    try library.finish(take, notes: [], pedalNanoseconds: 0)
    #expect(try library.take(take)?.nanoseconds == 400)
    #expect(throws: LibraryError.takeIsFinished(take: take, path: library.path)) {
      try library.extend(take, to: 900)
    }
    #expect(try library.faults() == [])
  }

  @Test func finishedItIsTheSameAsWhenImported() throws {
    let take = try library.beginTake(in: session, startedAt: Music.date())
    for event in Music.events { try library.append([event], to: take) }
    try library.finish(take, notes: Music.notes, pedalNanoseconds: 2_000_000_000)
    let imported = try #require(
      try library.add([Music.played()], to: Music.importing("same.mid")).first)

    #expect(try library.unfinishedTakes() == [])
    #expect(try library.events(of: take) == Music.events)
    #expect(try library.notes(of: take) == Music.notes)
    #expect(try library.take(take)?.digest == library.take(imported)?.digest)
    #expect(try library.take(take)?.pedalNanoseconds == 2_000_000_000)
    try DatabaseQueue(path: folder.library.path).read { db in
      let pieces = try Int.fetchAll(db, sql: "SELECT count(*) FROM eventChunk GROUP BY take")
      #expect(pieces == [1, 1])
    }
  }

  @Test func aTakeThatACrashCutOffIsFinishedLater() throws {
    let take = try library.beginTake(in: session, startedAt: Music.date())
    try library.append(Array(Music.events.prefix(4)), to: take)
    try library.close()

    let next = try TakeLibrary.open(at: folder.library)
    let cutOff = try #require(try next.unfinishedTakes().first)
    #expect(cutOff.number == take)
    #expect(try next.events(of: take) == Array(Music.events.prefix(4)))
    try next.finish(take, notes: Music.notes, pedalNanoseconds: 250_000_001)
    #expect(try next.unfinishedTakes() == [])
    #expect(try next.take(take)?.nanoseconds == 1_500_000_000)
  }

  @Test func eventsBeforeTheLastOneAreRefusedAndNothingIsLost() throws {
    let take = try library.beginTake(in: session, startedAt: Music.date())
    try library.append(Music.events, to: take)
    let early = MIDIEvent(nanoseconds: 1, message: .noteOn(pitch: 60, velocity: 1))
    #expect(throws: LibraryError.outOfOrder(index: 0, nanoseconds: 1)) {
      try library.append([early], to: take)
    }
    #expect(try library.events(of: take) == Music.events)
    let later = MIDIEvent(nanoseconds: 2_000_000_000, message: .noteOff(pitch: 60))
    try library.append([later], to: take)
    #expect(try library.events(of: take) == Music.events + [later])
  }

  @Test func aFinishedTakeIsClosed() throws {
    let take = try library.beginTake(in: session, startedAt: Music.date())
    try library.finish(take, notes: [], pedalNanoseconds: 0)
    let closed = LibraryError.takeIsFinished(take: take, path: folder.library.path)
    #expect(throws: closed) { try library.append(Music.events, to: take) }
    #expect(throws: closed) { try library.finish(take, notes: [], pedalNanoseconds: 0) }
    #expect(throws: LibraryError.noSuch(table: "take", number: 9, path: folder.library.path)) {
      try library.append(Music.events, to: 9)
    }
    #expect(throws: LibraryError.noSuch(table: "session", number: 9, path: folder.library.path)) {
      try library.beginTake(in: 9, startedAt: Music.date())
    }
  }

  @Test func onlyAnEmptyOpenTakeIsDropped() throws {
    let empty = try library.beginTake(in: session, startedAt: Music.date())
    let full = try library.beginTake(in: session, startedAt: Music.date())
    try library.append(Music.events, to: full)
    try library.dropEmptyTake(empty)
    #expect(try library.take(empty) == nil)
    #expect(throws: LibraryError.takeIsNotEmpty(take: full, path: folder.library.path)) {
      try library.dropEmptyTake(full)
    }
    #expect(try library.events(of: full) == Music.events)
  }
}
