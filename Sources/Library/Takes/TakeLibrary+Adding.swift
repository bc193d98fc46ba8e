import Foundation
import GRDB
import GRDBSQLite
import MIDI

// Adding whole takes: imports and generations.

extension TakeLibrary {
  /// Adds a session with whole takes, all in one transaction.
  ///
  /// A take whose source file, or that track of it, is already stored is left out; so is a session
  /// without a new take.
  ///
  /// - Returns: the number of each take, in the order given; for one that was left out, the number
  ///   of the stored take.
  @discardableResult
  public func add(_ takes: [NewTake], to session: NewSession) throws -> [Int64] {
    try add([(session, takes)]).flatMap { $0 }
  }

  /// Adds sessions with their whole takes, all in one transaction, as ``add(_:to:)`` does.
  ///
  /// A call with some dozens of takes makes an import fast; a crash loses at most the current call.
  ///
  /// - Parameter alreadyThere: called with the number of the stored take for each take left out.
  /// - Returns: for each session the number of each of its takes, in the order given.
  @discardableResult
  public func add(
    _ sessions: [(NewSession, [NewTake])], alreadyThere: (Int64) -> Void = { _ in }
  ) throws -> [[Int64]] {
    try write("add takes to", sealing: [.session, .primerEnd, .recipe]) { db in
      try sessions.map { session, takes in
        var number: Int64?
        return try takes.map { take in
          if let here = try self.take(from: take.source, db) {
            alreadyThere(here)
            return here
          }
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

  /// The first take that was imported from a file with this SHA-256; nil when there is none. An import looks
  /// before it parses the file.
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

  /// The number of the next take: higher than any that is there or was deleted.
  private static let nextNumber = """
    max(
      (SELECT ifnull(max(id), 0) FROM take), (SELECT ifnull(max(take), 0) FROM deletedTake)) + 1
    """

  /// Inserts an open take without content.
  func insertOpenTake(
    origin: Origin, startedAt: Date, source: Source?, generation: Generation?, session: Int64,
    _ db: Database
  ) throws -> Int64 {
    try db.cachedStatement(
      sql: """
        INSERT INTO take (id, session, origin, startedAt, finished, durationNanoseconds,
          pedalNanoseconds, eventCount, noteCount, sourcePath, sourceDigest, sourceTrack,
          model, modelDigest, round, seed, temperature, topP, primerTake, primer, stream)
        VALUES (\(Self.nextNumber), ?, ?, ?, 0, 0, 0, 0, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      session, origin.rawValue, startedAt.libraryNanoseconds,
      source?.path, source?.digest, source?.track,
      generation?.model, generation?.modelDigest, generation?.round,
      generation.map { Int64(bitPattern: $0.seed) }, generation?.temperature, generation?.topP,
      generation?.primerTake, generation?.primer, generation?.stream,
    ])
    let take = db.lastInsertedRowID
    if let end = generation?.primerEnd {
      try db.execute(
        sql: "INSERT INTO primerEnd (take, nanoseconds) VALUES (?, ?)", arguments: [take, end])
    }
    if let recipe = generation?.recipe {
      try db.execute(
        sql: "INSERT INTO recipe (take, sourceTake, text) VALUES (?, ?, ?)",
        arguments: [take, generation?.sourceTake, recipe])
    }
    return take
  }

  /// Stores the whole content of an open take, and finishes and seals it.
  func finish(
    _ take: Int64, with content: EncodedTake, replacingChunks: Bool, _ db: Database
  ) throws {
    if replacingChunks {
      try db.execute(
        sql: """
          DELETE FROM seal
          WHERE kind = 'chunk' AND row IN (SELECT id FROM eventChunk WHERE take = ?)
          """, arguments: [take])
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
    try SealKind.notes.seal(take, as: SealKind.digest(of: content.notes), db)
    try SealKind.take.seal(take, db)
  }

  /// Inserts a take's chunks.
  ///
  /// - Parameter isOpen: whether the take is open, so that each chunk gets a seal of its own.
  func insert(
    _ chunks: [EventChunk], firstSequence: Int, take: Int64, isOpen: Bool = false, _ db: Database
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
      if isOpen { try SealKind.chunk.seal(db.lastInsertedRowID, db) }
    }
  }

  /// Inserts a take's notes by SQLite's C interface, many in a statement: an import has millions, for which
  /// GRDB's arguments and a statement for each would take three times as long.
  func insert(_ notes: [Note], take: Int64, _ db: Database) throws {
    let whole = notes.count - notes.count % Self.notesAtOnce
    for first in stride(from: 0, to: whole, by: Self.notesAtOnce) {
      try insert(notes[first..<first + Self.notesAtOnce], take: take, db)
    }
    for first in whole..<notes.count {
      try insert(notes[first...first], take: take, db)
    }
  }

  /// Notes in a statement; more would not be faster.
  private static let notesAtOnce = 32

  /// Inserts `notesAtOnce` notes or a single one, by one of two statements that are prepared
  /// once for each connection.
  ///
  /// Source: https://www.sqlite.org/c3ref/bind_blob.html, https://www.sqlite.org/c3ref/step.html
  private func insert(_ notes: ArraySlice<Note>, take: Int64, _ db: Database) throws {
    let sql = notes.count == 1 ? Self.insertionOfOne : Self.insertionOfMany
    let statement = unsafe try db.cachedStatement(sql: sql).sqliteStatement
    unsafe sqlite3_bind_int64(statement, 1, take)
    unsafe sqlite3_bind_int64(statement, 2, Int64(notes.startIndex))
    var parameter: Int32 = 3
    for note in notes {
      unsafe sqlite3_bind_int64(statement, parameter, Int64(note.pitch))
      unsafe sqlite3_bind_int64(statement, parameter + 1, Int64(note.velocity))
      unsafe sqlite3_bind_int64(statement, parameter + 2, note.start)
      unsafe sqlite3_bind_int64(statement, parameter + 3, note.end &- note.start)
      parameter += 4
    }
    let stepped = unsafe sqlite3_step(statement)
    let reset = unsafe sqlite3_reset(statement)
    guard stepped == SQLITE_DONE, reset == SQLITE_OK else {
      throw unsafe DatabaseError(
        resultCode: ResultCode(rawValue: reset),
        message: sqlite3_errmsg(db.sqliteConnection).map { unsafe String(cString: $0) })
    }
  }

  private static let insertionOfOne = insertion(of: 1)
  private static let insertionOfMany = insertion(of: notesAtOnce)

  /// The statement that inserts `count` notes of the take ?1, numbered from ?2.
  private static func insertion(of count: Int) -> String {
    let rows = (0..<count).map { row in
      let values = (0..<4).map { "?\(3 + 4 * row + $0)" }.joined(separator: ", ")
      return "(?1, ?2 + \(row), \(values))"
    }
    return """
      INSERT INTO note (take, sequence, pitch, velocity, startNanoseconds, durationNanoseconds)
      VALUES \(rows.joined(separator: ", "))
      """
  }
}
