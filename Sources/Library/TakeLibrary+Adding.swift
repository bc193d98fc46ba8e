import Foundation
import GRDB
import GRDBSQLite
import MIDI

// Adding whole takes: imports and generations.

extension TakeLibrary {
  /// Adds a session with whole takes, all in one transaction.
  ///
  /// A take whose source file, or that track of it, is here already is left out; so is a session
  /// none of whose takes is new.
  ///
  /// - Returns: the number of each take, in the order given; for one that was left out, the number
  ///   that it has already.
  @discardableResult
  public func add(_ takes: [NewTake], to session: NewSession) throws -> [Int64] {
    try add([(session, takes)]).flatMap { $0 }
  }

  /// Adds sessions with their whole takes, all in one transaction, as ``add(_:to:)`` does.
  ///
  /// Some dozens of takes a call make an import fast; a crash loses at most the call under way.
  ///
  /// - Returns: for each session the number of each of its takes, in the order given.
  @discardableResult
  public func add(_ sessions: [(NewSession, [NewTake])]) throws -> [[Int64]] {
    try write("add takes to") { db in
      try sessions.map { session, takes in
        var number: Int64?
        return try takes.map { take in
          if let here = try self.take(from: take.source, db) { return here }
          let session = try number ?? insert(session, db)
          number = session
          let added = try insertOpenTake(
            origin: take.origin, startedAt: take.startedAt, source: take.source,
            generation: take.generation, session: session, db)
          try finish(added, with: take.content.get(), replacingChunks: false, db)
          return added
        }
      }
    }
  }

  /// The take, the first of them, that was imported from the file whose bytes have this SHA-256;
  /// nil when there is none. An import asks before it reads the file's music.
  public func take(withSourceDigest digest: String) throws -> Int64? {
    try read("look up a file in") { db in
      try Int64.fetchOne(
        db.cachedStatement(
          sql: "SELECT id FROM take WHERE sourceDigest = ? ORDER BY ifnull(sourceTrack, 0)"),
        arguments: [digest])
    }
  }
}

// MARK: - Inside the transaction

extension TakeLibrary {
  private func take(from source: Source?, _ db: Database) throws -> Int64? {
    guard let source else { return nil }
    return try Int64.fetchOne(
      db.cachedStatement(
        sql: "SELECT id FROM take WHERE sourceDigest = ? AND ifnull(sourceTrack, 0) = ?"),
      arguments: [source.digest, source.track ?? 0])
  }

  /// Inserts a take without content, to be finished.
  func insertOpenTake(
    origin: Origin, startedAt: Date, source: Source?, generation: Generation?, session: Int64,
    _ db: Database
  ) throws -> Int64 {
    try db.cachedStatement(
      sql: """
        INSERT INTO take (session, origin, startedAt, finished, durationNanoseconds,
          pedalNanoseconds, eventCount, noteCount, sourcePath, sourceDigest, sourceTrack,
          model, modelDigest, round, seed, temperature, topP, primerTake, primer, stream)
        VALUES (?, ?, ?, 0, 0, 0, 0, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      session, origin.rawValue, startedAt.libraryNanoseconds,
      source?.path, source?.digest, source?.track,
      generation?.model, generation?.modelDigest, generation?.round,
      generation.map { Int64(bitPattern: $0.seed) }, generation?.temperature, generation?.topP,
      generation?.primerTake, generation?.primer, generation?.stream,
    ])
    return db.lastInsertedRowID
  }

  /// Gives an open take its whole content and closes it.
  func finish(
    _ take: Int64, with content: EncodedTake, replacingChunks: Bool, _ db: Database
  ) throws {
    if replacingChunks {
      try db.execute(sql: "DELETE FROM eventChunk WHERE take = ?", arguments: [take])
    }
    try insert(content.chunks, firstSequence: 0, take: take, db)
    try insert(content.notes, take: take, db)
    try db.cachedStatement(
      sql: """
        UPDATE take SET finished = 1, durationNanoseconds = ?, pedalNanoseconds = ?,
          eventCount = ?, noteCount = ?, digest = ? WHERE id = ?
        """
    ).execute(arguments: [
      content.durationNanoseconds, content.pedalNanoseconds, content.eventCount,
      content.notes.count, content.digest, take,
    ])
  }

  func insert(
    _ chunks: [EventChunk], firstSequence: Int, take: Int64, _ db: Database
  ) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO eventChunk (take, sequence, firstNanoseconds, eventCount, events)
        VALUES (?, ?, ?, ?, ?)
        """)
    for (index, chunk) in chunks.enumerated() {
      try statement.execute(arguments: [
        take, firstSequence + index, chunk.firstNanoseconds, chunk.eventCount, Data(chunk.bytes),
      ])
    }
  }

  /// Inserts a take's notes through SQLite's own calls: an import has millions of them, and GRDB's
  /// arguments would cost more than the insertion.
  ///
  /// Source: https://www.sqlite.org/c3ref/bind_blob.html, https://www.sqlite.org/c3ref/step.html
  private func insert(_ notes: [Note], take: Int64, _ db: Database) throws {
    let statement = unsafe try db.cachedStatement(
      sql: """
        INSERT INTO note (take, sequence, pitch, velocity, startNanoseconds, durationNanoseconds)
        VALUES (?, ?, ?, ?, ?, ?)
        """
    ).sqliteStatement
    unsafe sqlite3_bind_int64(statement, 1, take)
    for (index, note) in notes.enumerated() {
      unsafe sqlite3_bind_int64(statement, 2, Int64(index))
      unsafe sqlite3_bind_int64(statement, 3, Int64(note.pitch))
      unsafe sqlite3_bind_int64(statement, 4, Int64(note.velocity))
      unsafe sqlite3_bind_int64(statement, 5, note.start)
      unsafe sqlite3_bind_int64(statement, 6, note.end &- note.start)
      let stepped = unsafe sqlite3_step(statement)
      let reset = unsafe sqlite3_reset(statement)
      guard stepped == SQLITE_DONE, reset == SQLITE_OK else {
        throw unsafe DatabaseError(
          resultCode: ResultCode(rawValue: reset),
          message: sqlite3_errmsg(db.sqliteConnection).map { unsafe String(cString: $0) })
      }
    }
  }
}
