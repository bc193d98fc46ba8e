import Foundation
import GRDB
public import MIDI

// Reading takes.

/// Totals over finished takes.
public struct Totals: Hashable, Sendable {
  /// How many takes.
  public var takes = 0

  /// Their playing time together, in nanoseconds, without long silences.
  public var nanoseconds: Int64 = 0

  /// How many notes they have.
  public var notes = 0

  /// How many raw events they have.
  public var events = 0

  /// How long the sustain pedal is down in them, in nanoseconds.
  public var pedalNanoseconds: Int64 = 0

  /// The fraction of the playing time in which the pedal is down, 0…1.
  public var pedalShare: Double {
    nanoseconds == 0 ? 0 : min(1, Double(pedalNanoseconds) / Double(nanoseconds))
  }
}

extension TakeLibrary {
  /// The takes that match, by descending number.
  public func takes(matching query: TakeQuery = TakeQuery()) throws -> [TakeSummary] {
    try read("list the takes of") { db in
      try requireIntact([.session, .verdict, .heldOut, .primerEnd, .recipe, .released], db)
      try requireAllTakes(db)
      let rows = try query.request.fetchCursor(db)
      var summaries: [TakeSummary] = []
      while let row = try rows.next() { summaries.append(try TakeSummary(row: row, path: path)) }
      return summaries
    }
  }

  /// The take of this number, nil when there is none.
  public func take(_ number: Int64) throws -> TakeSummary? {
    try read("read a take of") { db in
      try requireIntact([.primerEnd, .recipe, .released], db)
      let request: SQLRequest<Row> = "\(TakeSummary.select) WHERE take.id = \(number)"
      if let row = try request.fetchOne(db) { return try TakeSummary(row: row, path: path) }
      guard try SealKind.take.sealed(number, db) == nil else {
        throw LibraryError.damaged(what: SealKind.take.name(number), path: path)
      }
      return nil
    }
  }

  /// All raw events of a take, in order of time; of an open take, those stored so far.
  public func events(of take: Int64) throws -> [MIDIEvent] {
    try read("read the events of a take of") { db in
      try require("take", take, db)
      return try events(of: take, db)
    }
  }

  /// Calls `body` with the events of a take in pieces of at most 4096, in order of time, so that a take
  /// of any length fits in memory. Their digest is verified only at the end.
  public func forEachPiece(
    of take: Int64, _ body: (_ events: [MIDIEvent]) throws -> Void
  ) throws {
    try read("read the events of a take of") { db in
      try require("take", take, db)
      var piece: [MIDIEvent] = []
      try forEachChunk(of: take, db) { chunk in
        piece.removeAll(keepingCapacity: true)
        try decode(chunk, of: take, into: &piece)
        try body(piece)
      }
    }
  }

  /// The notes of a finished take, in the order of their numbers.
  public func notes(of take: Int64) throws -> [Note] {
    try read("read the notes of a take of") { db in
      try require("take", take, db)
      return try notes(of: take, db)
    }
  }

  /// The totals over finished takes, of one origin or of all.
  public func totals(origin: Origin? = nil) throws -> Totals {
    try read("count the takes of") { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT count(*), ifnull(sum(\(Self.playing("take"))), 0), ifnull(sum(noteCount), 0),
            ifnull(sum(eventCount), 0), ifnull(sum(pedalNanoseconds), 0)
          FROM take WHERE finished = 1 AND (?1 IS NULL OR origin = ?1)
          """, arguments: [origin?.rawValue])
      return try row.map {
        try Totals(
          takes: $0.value(0), nanoseconds: $0.value(1), notes: $0.value(2), events: $0.value(3),
          pedalNanoseconds: $0.value(4))
      } ?? Totals()
    }
  }
}

// MARK: - Keys

extension TakeLibrary {
  /// The lowest and the highest key that were struck in the newest played takes, 200 of them at most; `nil`
  /// where nothing was played.
  public func playedKeys() throws -> ClosedRange<Int>? {
    try read("look through the keys of") { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT min(pitch), max(pitch) FROM note WHERE take IN (
            SELECT id FROM take WHERE origin = 'played' AND finished = 1 ORDER BY id DESC LIMIT 200)
          """)
      guard let row, let lowest = row[0] as Int?, let highest = row[1] as Int? else {
        return nil
      }
      return lowest...max(lowest, highest)
    }
  }
}

// MARK: - Playing time

extension TakeLibrary {
  /// The playing time of each finished take, of one origin or of all, in nanoseconds by its number: its
  /// length without long silences.
  public func playing(origin: Origin? = nil) throws -> [Int64: Int64] {
    try read("count the playing of") { db in
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT take.id, \(Self.playing("take")) FROM take
          WHERE finished = 1 AND (?1 IS NULL OR origin = ?1)
          """, arguments: [origin?.rawValue])
      var byTake: [Int64: Int64] = [:]
      while let row = try rows.next() { byTake[try row.value(0)] = try row.value(1) }
      return byTake
    }
  }

  /// An SQL expression for the playing time of a finished take, in nanoseconds: its length without what
  /// exceeds 15 s after a note was released, or after it was held for 120 s. In a recording, such a silence
  /// or hold ends a take.
  ///
  /// The notes are read only if there may be such a silence: with less than a note a second, or without a
  /// note near the end.
  ///
  /// - Parameter take: the alias of the table `take` in the query.
  static func playing(_ take: String) -> String {
    let (silence, hold) = (NoteReading.silence, NoteReading.longestHold)
    return """
      CASE WHEN \(take).noteCount = 0 THEN 0
        WHEN \(take).durationNanoseconds <= \(take).noteCount * 1000000000
          AND \(take).durationNanoseconds - ifnull(
            (SELECT startNanoseconds FROM note WHERE note.take = \(take).id
              ORDER BY sequence DESC LIMIT 1), 0) <= \(silence + hold)
        THEN \(take).durationNanoseconds
        ELSE (
          SELECT CAST(ifnull(min(min(startNanoseconds), \(silence)) + sum(
            max(0, min(coming - startNanoseconds, min(length, \(hold)) + \(silence)))), 0) AS INTEGER)
          FROM (
            SELECT startNanoseconds, note.durationNanoseconds AS length,
              lead(startNanoseconds, 1, \(take).durationNanoseconds) OVER (ORDER BY sequence) AS coming
            FROM note WHERE note.take = \(take).id))
      END
      """
  }
}

// MARK: - Inside a read

extension TakeLibrary {
  /// All events of a take, in order of time.
  ///
  /// - Throws: ``LibraryError/damaged(what:path:)`` when they do not match their digest.
  func events(of take: Int64, _ db: Database) throws -> [MIDIEvent] {
    var events: [MIDIEvent] = []
    try forEachChunk(of: take, db) { chunk in try decode(chunk, of: take, into: &events) }
    return events
  }

  /// The notes of a finished take, in the order of their numbers.
  func notes(of take: Int64, _ db: Database) throws -> [Note] {
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: SealKind.notes.content), arguments: [take])
    var notes: [Note] = []
    while let row = try rows.next() {
      let start: Int64 = try row.value(2)
      let length: Int64 = try row.value(3)
      notes.append(
        Note(
          pitch: try row.value(0), velocity: try row.value(1), start: start, end: start &+ length))
    }
    let seal = try SealKind.notes.sealed(take, db)
    guard seal == SealKind.digest(of: notes) || seal == nil && notes.isEmpty else {
      throw LibraryError.damaged(what: SealKind.notes.name(take), path: path)
    }
    return notes
  }

  /// A row of `eventChunk`.
  struct StoredChunk {
    let sequence: Int
    let firstNanoseconds: Int64
    let eventCount: Int
    let bytes: [UInt8]
  }

  /// Calls `body` with the chunks of a take, and verifies the take's digest at the end; chunks of an open
  /// take are each verified by their seal.
  private func forEachChunk(
    of take: Int64, _ db: Database, _ body: (StoredChunk) throws -> Void
  ) throws {
    let digest = try String.fetchOne(
      db.cachedStatement(sql: "SELECT digest FROM take WHERE id = ? AND finished = 1"),
      arguments: [take])
    var hasher = DigestHasher()
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT sequence, firstNanoseconds, eventCount, events, id FROM eventChunk
          WHERE take = ? ORDER BY sequence
          """), arguments: [take])
    while let row = try rows.next() {
      let chunk = StoredChunk(
        sequence: try row.value(0), firstNanoseconds: try row.value(1),
        eventCount: try row.value(2), bytes: [UInt8](try row.value(3) as Data))
      EncodedTake.update(&hasher, chunk.firstNanoseconds, chunk.bytes)
      try body(chunk)
      if digest == nil {
        let number: Int64 = try row.value(4)
        guard try SealKind.chunk.sealed(number, db) == SealKind.chunk.digest(number, db) else {
          throw LibraryError.badChunk(
            take: take, sequence: chunk.sequence, byte: 0, cause: "it is not as it was written")
        }
      }
    }
    guard digest == nil || digest == hexadecimal(hasher.finish()) else {
      throw LibraryError.damaged(what: "the events of take \(take)", path: path)
    }
  }

  private func decode(_ chunk: StoredChunk, of take: Int64, into events: inout [MIDIEvent]) throws {
    do {
      try EventChunk.decode(
        chunk.bytes, firstNanoseconds: chunk.firstNanoseconds, eventCount: chunk.eventCount,
        into: &events)
    } catch let fault {
      throw LibraryError.badChunk(
        take: take, sequence: chunk.sequence, byte: fault.byte, cause: fault.cause)
    }
  }
}
