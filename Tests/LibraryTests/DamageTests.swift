import Foundation
import GRDB
import Library
import MIDI
import Network
import Testing

/// A changed byte anywhere in a library is noticed, or changes nothing: what is read is what was
/// written, or there is a sentence.
@Suite struct DamageTests {
  /// Everything that a library gives back.
  struct Content: Equatable {
    var takes: [TakeSummary]
    var open: [TakeSummary]
    var events: [Int64: [MIDIEvent]] = [:]
    var notes: [Int64: [Note]] = [:]
    var marks: [Int64: [Mark]] = [:]
    var verdicts: [Verdict]
    var sessions: [SessionSummary]
    var rounds: [RoundRecord]
    var data: [RoundTake] = []
    var pairs: [BlindPair]

    init(of file: URL) throws {
      let library = try TakeLibrary.open(at: file)
      defer { try? library.close() }
      takes = try library.takes()
      open = try library.unfinishedTakes()
      for take in takes.map(\.number) + open.map(\.number) {
        events[take] = try library.events(of: take)
        marks[take] = try library.marks(of: take)
      }
      for take in takes.map(\.number) {
        notes[take] = try library.notes(of: take)
        guard try library.take(take) != nil else { throw CocoaError(.coderValueNotFound) }
      }
      verdicts = try library.verdicts()
      sessions = try library.sessions()
      rounds = try library.rounds()
      for round in rounds { data += try library.takes(ofRound: round.number) }
      pairs = try library.blindPairs(of: "base", and: "round 1")
    }
  }

  /// A library with all there can be in one, in small pages so that there are many of each kind.
  private static func make(at file: URL) throws {
    let library = try TakeLibrary.open(at: file)
    var random = SeededGenerator(seed: 12)
    var sessions: [(NewSession, [NewTake])] = []
    for number in 0..<30 {
      let count = number == 7 ? 4500 : 60
      var time: Int64 = 0
      let events = (0..<count).map { _ in
        time += Int64.random(in: 0...50_000_000, using: &random)
        return MIDIEvent(
          nanoseconds: time,
          message: .noteOn(
            pitch: .random(in: 21...108, using: &random),
            velocity: .random(in: 0...127, using: &random)))
      }
      let notes = (0..<count / 3).map { index in
        Note(pitch: 60, velocity: 64, start: Int64(index) * 7, end: Int64(index) * 7 + 5)
      }
      sessions.append(
        (
          Music.recording("sitting \(number)", heldOut: number == 3),
          [
            NewTake(
              origin: .played, startedAt: Music.date(Double(number)), events: events, notes: notes,
              pedalNanoseconds: 0, source: Music.source("\(number).mid"))
          ]
        ))
    }
    try library.add(sessions)
    try library.add([Music.generated(90)], to: Music.generation)
    let digest = Music.source("x").digest
    try library.addRound(
      Music.round(
        1,
        takes: (1...20).map { take in
          RoundTake(take: take, digest: digest, weight: 1, role: take == 4 ? .heldOut : .train)
        }))
    let answer = Generation(round: 1, model: "round 1", seed: 8)
    try library.add([Music.generated(91, by: answer)], to: Music.generation)
    for take in Int64(1)...31 {
      try library.say(.note("the left hand of \(take)"), of: take, at: Music.date(100))
      try library.say(.keep(phrase: 0..<Int64(take)), of: take, at: Music.date(101))
      try library.add(Mark(kind: .bookmark, nanoseconds: take), to: take)
    }
    try library.add(
      BlindPair(takeA: 31, takeB: 32, first: .a, moreMe: .b, liked: nil), at: Music.date(102))
    let open = try library.beginTake(
      in: try library.insert(Music.recording()), startedAt: Music.date(103))
    try library.append(Music.events, to: open)
    try library.close()
    let database = try DatabaseQueue(path: file.path)
    try database.inDatabase { db in
      try db.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA page_size = 512")
    }
    try database.vacuum()
    try database.close()
  }

  /// What became of the bytes of a library of which one is another.
  private enum Outcome: Equatable {
    case same
    case noticed
    case changed(String)

    init(of file: URL, against whole: Content) {
      do {
        let content = try Content(of: file)
        self = content == whole ? .same : .changed("something else is read")
      } catch {
        let sentence = "\(error)"
        self = sentence.hasPrefix("cannot ") ? .noticed : .changed(sentence)
      }
    }
  }

  @Test func aChangedByteIsNoticedOrChangesNothing() throws {
    let folder = try TemporaryFolder()
    try Self.make(at: folder.library)
    let bytes = try Data(contentsOf: folder.library)
    let whole = try Content(of: folder.library)
    #expect(whole.takes.count == 32)
    #expect(whole.events[8]?.count == 4500)

    var random = SeededGenerator(seed: 3)
    let header = (0..<100).map { ($0, UInt8(1) << UInt8($0 % 8)) }
    // Where each page begins lies what says how the rest is to be read.
    let pages = stride(from: 0, to: bytes.count, by: 512 * 7).map {
      ($0 + Int.random(in: 0..<12, using: &random), UInt8.random(in: 1...255, using: &random))
    }
    let anywhere = (0..<300).map { _ in
      (
        Int.random(in: 0..<bytes.count, using: &random),
        UInt8.random(in: 1...255, using: &random)
      )
    }
    var counts = [0, 0]
    for (place, change) in header + pages + anywhere {
      let copy = folder.library.deletingLastPathComponent().appending(path: "flipped.sqlite")
      var flipped = bytes
      flipped[place] ^= change
      try flipped.write(to: copy)
      for end in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: copy.path + end) }
      switch Outcome(of: copy, against: whole) {
      case .same: counts[0] += 1
      case .noticed: counts[1] += 1
      case .changed(let what):
        Issue.record("byte \(place) changed by \(change): \(what)")
      }
    }
    // Neither may be all there is: then nothing would have been looked at.
    #expect(counts[0] > 10)
    #expect(counts[1] > 100)
    if ProcessInfo.processInfo.environment["WOODSHED_FLIPS"] != nil { print("flips: \(counts)") }
  }
}
