import Foundation
import GRDB
public import MIDI

// Reading takes.

/// How much playing there is; finished takes only.
public struct Totals: Hashable, Sendable {
  /// How many takes.
  public var takes = 0

  /// How long they are together, in nanoseconds.
  public var nanoseconds: Int64 = 0

  /// How many notes they have.
  public var notes = 0

  /// How many raw events they have.
  public var events = 0

  /// How long the sustain pedal is down in them, in nanoseconds.
  public var pedalNanoseconds: Int64 = 0

  /// The share of the time that the pedal is down, 0…1.
  public var pedalShare: Double {
    nanoseconds == 0 ? 0 : Double(pedalNanoseconds) / Double(nanoseconds)
  }
}

extension TakeLibrary {
  /// The takes that match, newest first.
  public func takes(matching query: TakeQuery = TakeQuery()) throws -> [TakeSummary] {
    try read("list the takes of") { db in
      let rows = try query.request.fetchCursor(db)
      var summaries: [TakeSummary] = []
      while let row = try rows.next() { summaries.append(try TakeSummary(row: row)) }
      return summaries
    }
  }

  /// The take of this number, nil when there is none.
  public func take(_ number: Int64) throws -> TakeSummary? {
    try read("read a take of") { db in
      let request: SQLRequest<Row> = "\(TakeSummary.select) WHERE take.id = \(number)"
      return try request.fetchOne(db).map(TakeSummary.init)
    }
  }

  /// The newest finished take, nil in an empty library.
  public func lastTake() throws -> TakeSummary? {
    try takes(matching: TakeQuery(limit: 1)).first
  }

  /// All raw events of a take, in order of time; those stored so far when it is open.
  public func events(of take: Int64) throws -> [MIDIEvent] {
    try read("read the events of a take of") { db in
      try require("take", take, db)
      return try events(of: take, db)
    }
  }

  /// Gives `body` the events of a take in pieces of at most 4096, in order of time, so that a take
  /// of any length fits in memory.
  public func forEachPiece(
    of take: Int64, _ body: (_ events: [MIDIEvent]) throws -> Void
  ) throws {
    try read("read the events of a take of") { db in
      try require("take", take, db)
      var piece: [MIDIEvent] = []
      try forEachChunk(of: take, db) { row in
        piece.removeAll(keepingCapacity: true)
        try decode(row, of: take, into: &piece)
        try body(piece)
      }
    }
  }

  /// The notes of a finished take, as they are numbered.
  public func notes(of take: Int64) throws -> [Note] {
    try read("read the notes of a take of") { db in
      try require("take", take, db)
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT pitch, velocity, startNanoseconds, startNanoseconds + durationNanoseconds
          FROM note WHERE take = ? ORDER BY sequence
          """, arguments: [take])
      var notes: [Note] = []
      while let row = try rows.next() {
        notes.append(Note(pitch: row[0], velocity: row[1], start: row[2], end: row[3]))
      }
      return notes
    }
  }

  /// How much playing there is, of one origin or of all.
  public func totals(origin: Origin? = nil) throws -> Totals {
    try read("count the takes of") { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT count(*), ifnull(sum(durationNanoseconds), 0), ifnull(sum(noteCount), 0),
            ifnull(sum(eventCount), 0), ifnull(sum(pedalNanoseconds), 0)
          FROM take WHERE finished = 1 AND (?1 IS NULL OR origin = ?1)
          """, arguments: [origin?.rawValue])
      return row.map {
        Totals(
          takes: $0[0], nanoseconds: $0[1], notes: $0[2], events: $0[3], pedalNanoseconds: $0[4])
      } ?? Totals()
    }
  }
}

// MARK: - Inside a read

extension TakeLibrary {
  /// All events of a take, in order of time.
  func events(of take: Int64, _ db: Database) throws -> [MIDIEvent] {
    var events: [MIDIEvent] = []
    try forEachChunk(of: take, db) { row in try decode(row, of: take, into: &events) }
    return events
  }

  private func forEachChunk(
    of take: Int64, _ db: Database, _ body: (Row) throws -> Void
  ) throws {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT sequence, firstNanoseconds, eventCount, events FROM eventChunk
        WHERE take = ? ORDER BY sequence
        """, arguments: [take])
    while let row = try rows.next() { try body(row) }
  }

  private func decode(_ row: Row, of take: Int64, into events: inout [MIDIEvent]) throws {
    do {
      try EventChunk.decode(
        [UInt8](row[3] as Data), firstNanoseconds: row[1], eventCount: row[2], into: &events)
    } catch let fault {
      throw LibraryError.badChunk(
        take: take, sequence: row[0], byte: fault.byte, cause: fault.cause)
    }
  }
}
