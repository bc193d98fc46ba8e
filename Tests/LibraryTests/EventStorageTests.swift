import Foundation
import GRDB
import Library
import MIDI
import Network
import Testing

/// What is stored of a take's events comes back as it was.
@Suite struct EventStorageTests {
  private let folder: TemporaryFolder
  private let library: TakeLibrary

  init() throws {
    folder = try TemporaryFolder()
    library = try TakeLibrary.open(at: folder.library)
  }

  private func store(_ events: [MIDIEvent]) throws -> Int64 {
    let take = NewTake(
      origin: .played, startedAt: Music.date(), events: events, notes: [], pedalNanoseconds: 0)
    return try #require(try library.add([take], to: Music.recording()).first)
  }

  @Test func theBytesAreAsDocumented() throws {
    let take = try store(Music.events)
    let blob = try DatabaseQueue(path: folder.library.path).read { db in
      try Data.fetchOne(db, sql: "SELECT events FROM eventChunk WHERE take = ?", arguments: [take])
    }
    #expect(
      blob.map { [UInt8]($0) } == [
        0x01,  // version
        0x00, 0xB0, 0x40, 0x7F,  // 0: pedal down
        0xC0, 0x84, 0x3D, 0x90, 0x3C, 0x50,  // +1,000,000: C4 on
        0x00, 0x40, 0x48,  // E4 on, the same status
        0xC1, 0xE0, 0xDD, 0x76, 0xE0, 0x00, 0x41,  // +249,000,001: bend
        0xFF, 0xE4, 0x9A, 0x77, 0xF0, 0x06, 0xF0, 0x7E, 0x7F, 0x09, 0x01, 0xF7,  // +249,999,999
        0x80, 0x88, 0xDE, 0xBE, 0x01, 0x80, 0x3C, 0x40,  // +400,000,000: C4 off
        0x80, 0x8C, 0x8D, 0x9E, 0x02, 0x40, 0x1E,  // +600,000,000: E4 off, the same status
        0x80, 0xCA, 0xB5, 0xEE, 0x01, 0xB0, 0x40, 0x00,  // +500,000,000: pedal up
      ])
  }

  @Test func everyKindOfMessageComesBack() throws {
    var events: [MIDIEvent] = []
    var time: Int64 = 0
    for status in UInt8(0x80)...0xEF {
      for data in [UInt8(0), 1, 127] {
        let isShort = status & 0xE0 == 0xC0
        events.append(
          MIDIEvent(
            nanoseconds: time,
            message: .channel(status: status, data1: data, data2: isShort ? 0 : 127 - data)))
        time += Int64(status) << (Int64(data) / 5)
      }
    }
    let long = (0..<1000).map { UInt8(truncatingIfNeeded: $0) & 0x7F }
    for bytes: [UInt8] in [[0xF0] + long + [0xF7], [0xF3, 5], [0xF8], [0xF7, 0xF0, 0x90], []] {
      events.append(MIDIEvent(nanoseconds: time, message: .system(bytes)))
      // Running status goes on behind a system message.
      events.append(MIDIEvent(nanoseconds: time, message: .noteOn(pitch: 60, velocity: 1)))
    }
    events.append(MIDIEvent(nanoseconds: 1 << 51, message: .noteOff(pitch: 60)))
    #expect(try library.events(of: store(events)) == events)
  }

  @Test(arguments: [1, 4095, 4096, 4097, 10_000])
  func takesOfAnyLengthComeBack(count: Int) throws {
    var random = SeededGenerator(seed: UInt64(count))
    var time: Int64 = 0
    let events = (0..<count).map { _ in
      time += Int64.random(in: 0...500_000_000, using: &random)
      return MIDIEvent(
        nanoseconds: time,
        message: .control(controller: 64, value: .random(in: 0...127, using: &random)))
    }
    let take = try store(events)
    #expect(try library.events(of: take) == events)

    var pieces: [[MIDIEvent]] = []
    try library.forEachPiece(of: take) { pieces.append($0) }
    #expect(pieces.count == (count + 4095) / 4096)
    #expect(pieces.flatMap { $0 } == events)
  }

  @Test func aTakeWithoutEventsIsStored() throws {
    let take = try store([])
    #expect(try library.events(of: take) == [])
    #expect(try library.take(take)?.nanoseconds == 0)
  }

  @Test func sameEventsHaveTheSameDigest() throws {
    let later = Music.events.map {
      MIDIEvent(nanoseconds: $0.nanoseconds + 1, message: $0.message)
    }
    let digests = try [Music.events, Music.events, later, []].map {
      try #require(try library.take(store($0))).digest
    }
    #expect(digests[0] == digests[1])
    #expect(Set(digests).count == 3)
  }

  @Test func timeThatRunsBackwardsIsRefused() throws {
    let events = [
      MIDIEvent(nanoseconds: 5, message: .noteOn(pitch: 60, velocity: 1)),
      MIDIEvent(nanoseconds: 4, message: .noteOff(pitch: 60)),
    ]
    #expect(throws: LibraryError.outOfOrder(index: 1, nanoseconds: 4)) { try store(events) }
    let early = [MIDIEvent(nanoseconds: -1, message: .noteOff(pitch: 60))]
    #expect(throws: LibraryError.outOfOrder(index: 0, nanoseconds: -1)) { try store(early) }
    let late = [MIDIEvent(nanoseconds: 1 << 51 + 1, message: .noteOff(pitch: 60))]
    #expect(throws: LibraryError.tooLate(index: 0, nanoseconds: 1 << 51 + 1)) { try store(late) }
    #expect(try library.totals().takes == 0)
    #expect(try library.sessions().isEmpty)
  }

  @Test(arguments: [[0x90, 0x80, 0] as [UInt8], [0x90, 60, 200], [0x7F, 0, 0], [0xF0, 0, 0]])
  func whatIsNotMIDIIsRefused(bytes: [UInt8]) throws {
    let message = MIDIMessage.channel(status: bytes[0], data1: bytes[1], data2: bytes[2])
    #expect(throws: LibraryError.notMIDI(index: 0, bytes: bytes)) {
      try store([MIDIEvent(nanoseconds: 0, message: message)])
    }
  }

  /// Each fault that stored bytes can have is found at its byte.
  @Test(arguments: [
    ([0x02, 0x00, 0x90, 0x3C, 0x50], 0, "its format is version 2, which is not known here"),
    ([0x01, 0x00, 0x90, 0x3C], 4, "it ends in the middle of an event"),
    ([0x01, 0x00, 0x3C, 0x50], 2, "no message begins with this byte"),
    ([0x01, 0x00, 0xFB, 0x50, 0x00], 3, "no message begins with this byte"),
    ([0x01, 0x00, 0x90, 0x3C, 0x80], 4, "not a data byte"),
    ([0x01, 0x00, 0x90, 0x3C, 0x50, 0x00], 5, "bytes after the last event"),
    ([0x01, 0x00, 0xF0, 0x05, 0x00], 4, "it ends in the middle of a message"),
    (
      [0x01, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], 1,
      "a number of more than nine bytes"
    ),
  ])
  func damagedChunksAreRefused(bytes: [UInt8], byte: Int, cause: String) throws {
    let session = try library.insert(Music.recording())
    let take = try library.beginTake(in: session, startedAt: Music.date())
    try DatabaseQueue(path: folder.library.path).write { db in
      try db.execute(
        sql: """
          INSERT INTO eventChunk (take, sequence, firstNanoseconds, eventCount, events)
          VALUES (?, 0, 0, 1, ?)
          """, arguments: [take, Data(bytes)])
    }
    #expect(throws: LibraryError.badChunk(take: take, sequence: 0, byte: byte, cause: cause)) {
      try library.events(of: take)
    }
  }
}
