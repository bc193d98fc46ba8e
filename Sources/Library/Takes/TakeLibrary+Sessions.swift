public import Foundation
import GRDB

// Sessions, and which of them are set aside for judging.

extension TakeLibrary {
  /// Stores a session without takes yet, as a recording begins with.
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

  /// The date of what is made now: the present or, when the clock was set back since, the moment
  /// after what was recorded, generated or tuned last, so that takes stay in the order in which they
  /// came.
  ///
  /// A clock is set back by hours: by a time server, or where another system keeps local time. What
  /// is dated more than a day ahead was dated by a clock that was wrong, and is no measure.
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

  /// The sessions that have played takes, newest first, with only these takes counted.
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

  /// The takes that a round was trained on.
  public func takesTrainedOn() throws -> Set<Int64> {
    try read("list the takes of the rounds of") { db in
      try requireIntact([.roundTakes], db)
      return try Int64.fetchSet(db, sql: "SELECT take FROM roundTake WHERE role = 'train'")
    }
  }

  /// Sets sessions aside for judging, all or none. They stay so for ever: nothing is trained on them
  /// and no generation starts from them.
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
  /// Sets takes aside for judging, all or none; they take the place of all that was set aside before.
  ///
  /// - Throws: ``LibraryError/refused(doing:path:rule:)`` when one is no played take.
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

  /// Releases takes that were brought in for judging, all or none: they are learned from like any other.
  ///
  /// - Throws: ``LibraryError/refused(doing:path:rule:)`` when one was not brought in for that, or has judged a
  ///   round.
  public func release(takes: Set<Int64>, at date: Date) throws {
    try write("release takes of", sealing: [.released]) { db in
      let statement = try db.cachedStatement(sql: "INSERT INTO released (take, at) VALUES (?, ?)")
      for take in takes.sorted() {
        try require("take", take, db)
        try statement.execute(arguments: [take, date.libraryNanoseconds])
      }
    }
  }

  /// When it was last chosen what is set aside; `nil` when only whole sessions are, or nothing.
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
