public import Foundation
import GRDB
public import MIDI

// A take while it is being recorded.
//
// Each `append` to an open take is one transaction: with `Durability.full` its events survive a power cut as
// soon as it returns. `finish` then packs the small pieces into chunks like those of an imported take, so
// that the same events always give the same bytes and digest.

extension TakeLibrary {
  /// Begins an open take in a recording session.
  ///
  /// - Parameter generation: how it is generated, if a model plays it.
  /// - Returns: its number.
  public func beginTake(
    in session: Int64, startedAt: Date, by generation: Generation? = nil
  ) throws -> Int64 {
    try write("begin a take in", sealing: generation == nil ? [] : [.recipe]) { db in
      try require("session", session, db)
      return try insertOpenTake(
        origin: generation == nil ? .played : .generated, startedAt: startedAt, source: nil,
        generation: generation, session: session, db)
    }
  }

  /// Adds events to the end of an open take.
  ///
  /// - Parameters:
  ///   - events: in order of time, none before the last event of the take.
  ///   - take: an open take.
  /// - Throws: ``LibraryError/takeIsFinished(take:path:)``,
  ///   ``LibraryError/outOfOrder(index:nanoseconds:)``, ``LibraryError/notMIDI(index:bytes:)``, and
  ///   errors of the disk. Nothing of the call is stored then, and it may be tried again.
  public func append(_ events: [MIDIEvent], to take: Int64) throws {
    guard !events.isEmpty else { return }
    try write("record into") { db in
      var last = try requireOpen(take, db)
      // After `extend` the take is longer than its last event.
      if events[0].nanoseconds < last {
        last = try self.events(of: take, db).last?.nanoseconds ?? 0
      }
      let chunks = try EventChunk.encoding(events, after: last)
      let sequence = try Int.fetchOne(
        db.cachedStatement(
          sql: "SELECT ifnull(max(sequence) + 1, 0) FROM eventChunk WHERE take = ?"),
        arguments: [take])
      try insert(chunks, firstSequence: sequence ?? 0, take: take, isOpen: true, db)
      try db.cachedStatement(
        sql: """
          UPDATE take SET eventCount = eventCount + ?,
            durationNanoseconds = max(durationNanoseconds, ?) WHERE id = ?
          """
      ).execute(arguments: [events.count, chunks.last?.lastNanoseconds, take])
    }
  }

  /// Records that an open take continues without events, for example while a chord is held, so that its
  /// length is known if the recording is interrupted.
  ///
  /// - Parameter nanoseconds: since the take began.
  /// - Throws: ``LibraryError/takeIsFinished(take:path:)``, and errors of the disk.
  public func extend(_ take: Int64, to nanoseconds: Int64) throws {
    try write("record into") { db in
      guard try requireOpen(take, db) < min(nanoseconds, EventChunk.latest) else { return }
      try db.cachedStatement(sql: "UPDATE take SET durationNanoseconds = ? WHERE id = ?")
        .execute(arguments: [min(nanoseconds, EventChunk.latest), take])
    }
  }

  /// Finishes an open take: packs its events, and stores its notes.
  ///
  /// - Parameters:
  ///   - take: an open take.
  ///   - events: events that replace the appended ones; nil to keep those.
  ///   - notes: the notes of its events, in the order of their numbers.
  ///   - pedalNanoseconds: how long the sustain pedal is down.
  public func finish(
    _ take: Int64, events: [MIDIEvent]? = nil, notes: [Note], pedalNanoseconds: Int64
  ) throws {
    try write("finish a take in") { db in
      _ = try requireOpen(take, db)
      let content = try EncodedTake(
        events: try events ?? self.events(of: take, db), notes: notes,
        pedalNanoseconds: pedalNanoseconds)
      try finish(take, with: content, replacingChunks: true, db)
    }
  }

  /// Removes an open take that has no events.
  ///
  /// - Throws: ``LibraryError/takeIsNotEmpty(take:path:)`` when it has events or is finished.
  public func dropEmptyTake(_ take: Int64) throws {
    try write("drop a take from") { db in
      try require("take", take, db)
      try db.execute(
        sql: "DELETE FROM take WHERE id = ? AND finished = 0 AND eventCount = 0", arguments: [take])
      guard db.changesCount == 1 else {
        throw LibraryError.takeIsNotEmpty(take: take, path: path)
      }
    }
  }

  /// The open takes, oldest first: one that is being recorded, and those interrupted by a crash.
  public func unfinishedTakes() throws -> [TakeSummary] {
    try read("look for unfinished takes in") { db in
      let request: SQLRequest<Row> =
        "\(TakeSummary.select) WHERE take.finished = 0 ORDER BY take.id"
      return try request.fetchAll(db).map { try TakeSummary(row: $0, path: path) }
    }
  }

  /// The length of an open take so far, in nanoseconds: to its last event or the time of ``extend(_:to:)``; 0
  /// without either. Throws if there is no such open take.
  private func requireOpen(_ take: Int64, _ db: Database) throws -> Int64 {
    guard
      let row = try Row.fetchOne(
        db.cachedStatement(sql: "SELECT finished, durationNanoseconds FROM take WHERE id = ?"),
        arguments: [take])
    else { throw LibraryError.noSuch(table: "take", number: take, path: path) }
    guard !row["finished"] else { throw LibraryError.takeIsFinished(take: take, path: path) }
    return row["durationNanoseconds"]
  }
}
