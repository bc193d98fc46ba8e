import Foundation
import GRDB
import Library
import MIDI
import Testing

@Suite struct AddingTests {
  private let folder: TemporaryFolder
  private let library: TakeLibrary

  init() throws {
    folder = try TemporaryFolder()
    library = try TakeLibrary.open(at: folder.library)
  }

  @Test func aTakeComesBackWhole() throws {
    let source = Music.source("blues.mid")
    let number = try #require(
      try library.add([Music.played(source: source)], to: Music.importing("blues.mid")).first)
    let take = try #require(try library.take(number))
    #expect(take.number == 1)
    #expect(take.sessionName == "blues.mid")
    #expect(take.origin == .played)
    #expect(take.startedAt == Music.date())
    #expect(take.isFinished)
    #expect(!take.heldOut)
    #expect(take.nanoseconds == 2_000_000_000)
    #expect(take.pedalNanoseconds == 2_000_000_000)
    #expect(take.eventCount == 8)
    #expect(take.noteCount == 2)
    #expect(take.digest.count == 64)
    #expect(take.source == source)
    #expect(take.generation == nil)
    #expect(take.judgement == nil)
    #expect(try library.events(of: number) == Music.events)
    #expect(try library.notes(of: number) == Music.notes)
    #expect(try library.takes(matching: TakeQuery(limit: 1)) == [take])
  }

  @Test func aGeneratedTakeKeepsHowItCameAbout() throws {
    try library.add([Music.played()], to: Music.recording())
    try library.addRound(Music.round(1))
    let generation = Generation(
      round: 1, model: "round 1", seed: .max, stream: 3, temperature: 0.95, topP: 0.9,
      primer: "take 1, its last 10 s", primerTake: 1, modelDigest: Digest.sha256(of: [1]))
    try library.add([Music.generated(by: generation)], to: Music.generation)
    #expect(try library.take(2)?.generation == generation)
  }

  @Test func theDurationReachesToTheLastNoteEnd() throws {
    let take = NewTake(
      origin: .played, startedAt: Music.date(), events: Music.events,
      notes: [Note(pitch: 60, velocity: 1, start: 0, end: 3_000_000_000)],
      pedalNanoseconds: 9_000_000_000)
    #expect(take.nanoseconds == 3_000_000_000)
    #expect(take.pedalNanoseconds == 3_000_000_000)
    try library.add([take], to: Music.recording())
    #expect(try library.totals().nanoseconds == 3_000_000_000)
  }

  @Test func theSameFileTwiceAddsNothing() throws {
    let first = Music.played(source: Music.source("a.mid"))
    let second = Music.played(source: Music.source("b.mid"))
    #expect(try library.add([first], to: Music.importing("a.mid")) == [1])
    #expect(
      try library.add([
        (Music.importing("a again"), [first]),
        (Music.importing("b.mid"), [second]),
        (Music.importing("b again"), [second]),
      ]) == [[1], [2], [2]])
    #expect(try library.sessions().map(\.name) == ["b.mid", "a.mid"])
    #expect(try library.take(withSourceDigest: Music.source("b.mid").digest) == 2)
    #expect(try library.take(withSourceDigest: Music.source("c.mid").digest) == nil)
  }

  @Test func theTracksOfAFileAreTakesOfTheirOwn() throws {
    let takes = (0..<3).map { Music.played(source: Music.source("two.mid", track: $0)) }
    #expect(try library.add(takes, to: Music.importing("two.mid")) == [1, 2, 3])
    #expect(try library.add(takes, to: Music.importing("two.mid")) == [1, 2, 3])
    #expect(try library.take(withSourceDigest: Music.source("two.mid").digest) == 1)
    #expect(try library.totals().takes == 3)
  }

  @Test func allOrNothingIsAdded() throws {
    let broken = Generation(model: "base", seed: 1, topP: 1.5)
    let error = #expect(throws: LibraryError.self) {
      try library.add([
        (Music.recording(), [Music.played()]),
        (Music.generation, [Music.generated(by: broken)]),
      ])
    }
    #expect(
      error?.description == """
        cannot add takes to \(folder.library.path): \
        CHECK constraint failed: topP > 0 AND topP <= 1
        """)
    #expect(try library.totals().takes == 0)
    #expect(try library.sessions() == [])
  }

  @Test(arguments: [0, 1, 31, 32, 33, 64, 100])
  func anyNumberOfNotesComesBackInOrder(count: Int) throws {
    let notes = (0..<count).map { number in
      let start = Int64(number)
      return Note(
        pitch: UInt8(number), velocity: UInt8(127 - number), start: start, end: start << 33)
    }
    let take = NewTake(
      origin: .played, startedAt: Music.date(), events: [], notes: notes, pedalNanoseconds: 0)
    try library.add([take, Music.played(1)], to: Music.recording())
    #expect(try library.notes(of: 1) == notes)
    #expect(try library.notes(of: 2) == Music.notes)
  }

  @Test(
    arguments: [
      Note(pitch: 128, velocity: 1, start: 0, end: 1),
      Note(pitch: 60, velocity: 0, start: 0, end: 1),
      Note(pitch: 60, velocity: 128, start: 0, end: 1),
      Note(pitch: 60, velocity: 1, start: 2, end: 1),
      Note(pitch: 60, velocity: 1, start: -1, end: 1),
      Note(pitch: 60, velocity: 1, start: .min, end: .max),
    ], [1, 40, 63])
  func notesThatAreNoneAreRefused(note: Note, before: Int) throws {
    let take = NewTake(
      origin: .played, startedAt: Music.date(), events: [],
      notes: Array(repeating: Music.notes[0], count: before) + [note], pedalNanoseconds: 0)
    let error = #expect(throws: LibraryError.self) {
      try library.add([take], to: Music.recording())
    }
    guard case .refused = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try library.totals().takes == 0)
    // The library goes on working after a refusal in the middle of the notes.
    #expect(try library.add([Music.played()], to: Music.recording()) == [1])
  }

  @Test func generatedTakesNeedAModelAndPlayedOnesHaveNone() throws {
    let orphan = NewTake(
      origin: .generated, startedAt: Music.date(), events: [], notes: [], pedalNanoseconds: 0)
    let android = NewTake(
      origin: .played, startedAt: Music.date(), events: [], notes: [], pedalNanoseconds: 0,
      generation: Generation(model: "base", seed: 1))
    for take in [orphan, android] {
      #expect(throws: LibraryError.self) { try library.add([take], to: Music.recording()) }
    }
  }

  /// Notes of a second, and the controller of an hour later, as libraries of older versions have it.
  static let playing: [([Range<Int64>], Int64, Int64)] = [
    ([0..<2], 2, 2),  // no silence
    ([0..<1, 14..<15], 3600, 15 + 15),  // nothing but a controller behind it
    ([0..<1, 1800..<1801], 1801, 1 + 15 + 1),  // half an hour between two notes
    ([0..<4000], 3 * 3600, 4000 + 15),  // an hour of playing, and two of nothing
    ([600..<601], 601, 15 + 1),  // ten minutes before the first note
    ([], 3600, 0),
  ]

  @Test(arguments: playing)
  func amountsGoByMusic(notes ranges: [Range<Int64>], length: Int64, seconds: Int64) throws {
    let second: Int64 = 1_000_000_000
    let notes = ranges.flatMap(\.self).map {
      Note(pitch: 60, velocity: 80, start: $0 * second, end: ($0 + 1) * second)
    }
    let controller = MIDIEvent(
      nanoseconds: length * second, message: .control(controller: 7, value: 90))
    try library.add(
      [
        NewTake(
          origin: .played, startedAt: Music.date(), events: [controller], notes: notes,
          pedalNanoseconds: 0)
      ], to: Music.recording())
    #expect(try library.take(1)?.nanoseconds == length * second)
    #expect(try library.playing() == [1: seconds * second])
    #expect(try library.totals(origin: .played).nanoseconds == seconds * second)
    #expect(try library.playedSessions().map(\.nanoseconds) == [seconds * second])
  }

  @Test func totalsAreByOrigin() throws {
    try library.add([Music.played(), Music.played(1)], to: Music.recording())
    try library.add([Music.generated()], to: Music.generation)
    let played = try library.totals(origin: .played)
    #expect(played.takes == 2)
    #expect(played.nanoseconds == 4_000_000_000)
    #expect(played.notes == 4)
    #expect(played.events == 16)
    #expect(played.pedalShare == 1)
    #expect(try library.totals(origin: .generated).takes == 1)
    #expect(try library.totals(origin: .mixed).pedalShare == 0)
    #expect(try library.totals().pedalNanoseconds == 4_000_000_000)
  }

  /// Whatever a later change of the code does, what is finished stays.
  @Test(arguments: [
    ("UPDATE take SET noteCount = 9", "a finished take is never changed"),
    ("DELETE FROM eventChunk", "the events of a finished take are never removed"),
    ("UPDATE eventChunk SET events = x'0100'", "stored events are never changed"),
    (
      "INSERT INTO eventChunk VALUES (null, 1, 1, 0, 1, x'0100903c50')",
      "the events of a finished take are never changed"
    ),
    ("UPDATE note SET pitch = 61", "stored notes are never changed"),
    ("DELETE FROM note", "stored notes are never removed"),
    ("DELETE FROM take", "a finished take goes only when that is put on record"),
    ("DELETE FROM session", "FOREIGN KEY constraint failed"),
  ])
  func theSchemaProtectsFinishedTakes(sql: String, rule: String) throws {
    try library.add([Music.played()], to: Music.recording())
    let error = #expect(throws: DatabaseError.self) {
      try DatabaseQueue(path: folder.library.path).write { try $0.execute(sql: sql) }
    }
    #expect(error?.message == rule)
  }
}
