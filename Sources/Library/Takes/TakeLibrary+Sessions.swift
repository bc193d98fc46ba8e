public import Foundation
import GRDB

// Sessions, and held-out sessions and takes.

extension TakeLibrary {
  /// Stores a session without takes, at the beginning of a recording.
  ///
  /// - Returns: its number.
  public func insert(_ session: NewSession) throws -> Int64 {
    try write("add a session to", sealing: [.session]) { db in try insert(session, db) }
  }

  func insert(_ session: NewSession, _ db: Database) throws -> Int64 {
    try db.cachedStatement(
      sql: "INSERT INTO session (kind, startedAt, name, heldOutAt) VALUES (?, ?, ?, ?)"
    ).execute(arguments: [
      session.kind.rawValue, session.startedAt.libraryNanoseconds, session.name,
      session.heldOut ? Date().libraryNanoseconds : nil,
    ])
    return db.lastInsertedRowID
  }

  /// The date for a new record: now or, if the clock was set back, a millisecond after the latest recording,
  /// generation or round, so that dates stay in order.
  ///
  /// A clock may be set back by hours: by a time server, or where another system keeps local time. A record
  /// dated more than a day ahead was dated by a wrong clock and is ignored.
  public func dateInOrder(_ now: Date = Date()) throws -> Date {
    let latest = try read("read the dates of") { db in
      try Int64.fetchOne(
        db,
        sql: """
          SELECT max(at) FROM (
            SELECT CASE origin WHEN 'played' THEN take.startedAt + durationNanoseconds
              ELSE take.startedAt END AS at
            FROM take JOIN session ON session.id = take.session WHERE session.kind <> 'import'
            UNION ALL SELECT createdAt FROM round)
          WHERE at < ?
          """, arguments: [now.addingTimeInterval(86_400).libraryNanoseconds])
    }
    guard let latest, latest >= now.libraryNanoseconds else { return now }
    return Date(libraryNanoseconds: latest + 1_000_000)
  }

  /// All sessions, newest first.
  public func sessions() throws -> [SessionSummary] {
    try sessions(havingTakes: "true")
  }

  /// The sessions that have played takes, newest first, counting only these takes.
  public func playedSessions() throws -> [SessionSummary] {
    try sessions(havingTakes: "origin = 'played'")
      .filter { $0.takes > 0 }
  }

  private func sessions(havingTakes condition: String) throws -> [SessionSummary] {
    try read("list the sessions of") { db in
      try requireIntact([.session], db)
      try requireAllTakes(db)
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT session.*, count(take.id) AS takes,
            ifnull(sum(\(Self.playing("take"))), 0) AS nanoseconds
          FROM session LEFT JOIN take
            ON take.session = session.id AND finished = 1 AND \(condition)
          GROUP BY session.id ORDER BY session.startedAt DESC, session.id DESC
          """)
      var sessions: [SessionSummary] = []
      while let row = try rows.next() { sessions.append(try SessionSummary(row: row)) }
      return sessions
    }
  }

  /// The takes that any round was trained on.
  public func takesTrainedOn() throws -> Set<Int64> {
    try read("list the takes of the rounds of") { db in
      try requireIntact([.roundTakes], db)
      return try Int64.fetchSet(db, sql: "SELECT take FROM roundTake WHERE role = 'train'")
    }
  }

  /// Holds out sessions, all or none, for ever: no round is trained on them and no
  /// generation starts from them.
  ///
  /// - Throws: ``LibraryError/refused(doing:path:rule:)`` when one is held out already, has been
  ///   trained on, or is a generation.
  public func setHeldOut(sessions: Set<Int64>) throws {
    try write("hold out sessions of") { db in
      let now = Date().libraryNanoseconds
      let statement = try db.cachedStatement(sql: "UPDATE session SET heldOutAt = ? WHERE id = ?")
      for session in sessions.sorted() {
        try require("session", session, db)
        try statement.execute(arguments: [now, session])
        try SealKind.session.seal(session, db)
      }
    }
  }
}

extension TakeLibrary {
  /// Holds out takes, all or none; they replace all that was held out before.
  ///
  /// - Throws: ``LibraryError/refused(doing:path:rule:)`` when one is not a played take.
  public func setHeldOut(takes: Set<Int64>) throws {
    try write("hold out takes of", sealing: [.heldOut]) { db in
      let now = Date().libraryNanoseconds
      let choice = try Int64.fetchOne(db, sql: "SELECT ifnull(max(choice), 0) + 1 FROM heldOut")
      let statement = try db.cachedStatement(
        sql: "INSERT INTO heldOut (choice, take, at) VALUES (?, ?, ?)")
      for take in takes.sorted() {
        try require("take", take, db)
        try statement.execute(arguments: [choice, take, now])
      }
    }
  }

  /// Releases held-out takes that were imported for judging, all of them or none: rounds are trained on them again.
  ///
  /// - Throws: ``LibraryError/refused(doing:path:rule:)`` when one was not imported for judging, or has judged
  ///   a round.
  public func release(takes: Set<Int64>, at date: Date) throws {
    try write("release takes of", sealing: [.released]) { db in
      let statement = try db.cachedStatement(sql: "INSERT INTO released (take, at) VALUES (?, ?)")
      for take in takes.sorted() {
        try require("take", take, db)
        try statement.execute(arguments: [take, date.libraryNanoseconds])
      }
    }
  }

  /// When the held-out takes were last chosen; `nil` when only whole sessions are held out, or nothing.
  public func heldOutSince() throws -> Date? {
    try read("read what is set aside in") { db in
      try requireIntact([.heldOut], db)
      return try Int64.fetchOne(db, sql: "SELECT max(at) FROM heldOut").map(
        Date.init(libraryNanoseconds:))
    }
  }
}

extension SessionSummary {
  fileprivate init(row: Row) throws {
    self.init(
      id: row["id"],
      kind: try row.word("kind"),
      name: row["name"],
      startedAt: Date(libraryNanoseconds: row["startedAt"]),
      heldOutAt: (row["heldOutAt"] as Int64?).map { Date(libraryNanoseconds: $0) },
      takes: row["takes"],
      nanoseconds: row["nanoseconds"])
  }
}
