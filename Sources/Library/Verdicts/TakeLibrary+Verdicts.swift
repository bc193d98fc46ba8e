public import Foundation
import GRDB

// Verdicts: adding, undoing and reading them. A verdict stands while it is not undone.

extension TakeLibrary {
  /// Adds a verdict, with the round in use.
  ///
  /// - Returns: its number.
  /// - Throws: ``LibraryError/refused(doing:path:rule:)`` for a rating outside 1…5, an empty phrase,
  ///   or an undo of a verdict that does not exist or is already undone.
  @discardableResult
  public func say(_ content: Verdict.Content, of take: Int64, at date: Date) throws -> Int64 {
    try write("add a verdict to", sealing: [.verdict]) { db in
      try require("take", take, db)
      return try insert(content, of: take, at: date, db)
    }
  }

  /// Adds the same verdict to each of `takes`, in one transaction: all of them or none.
  ///
  /// - Returns: their numbers, in the order of `takes`.
  /// - Throws: as ``say(_:of:at:)-(_,Int64,_)``.
  @discardableResult
  public func say(_ content: Verdict.Content, of takes: [Int64], at date: Date) throws
    -> [Int64]
  {
    try write("add verdicts to", sealing: [.verdict]) { db in
      try takes.map { take in
        try require("take", take, db)
        return try insert(content, of: take, at: date, db)
      }
    }
  }

  /// Undoes the last verdict that stands, of one take or of all; those that were added together are undone
  /// together.
  ///
  /// - Returns: the verdicts that no longer stand, oldest first.
  /// - Throws: ``LibraryError/nothingToUndo(path:)``.
  @discardableResult
  public func undoLastVerdicts(of take: Int64? = nil, at date: Date) throws -> [Verdict] {
    try write("undo a verdict in", sealing: [.verdict]) { db in
      try requireIntact([.verdict], db)
      let latest = try Row.fetchAll(
        db,
        sql: """
          WITH mine AS (SELECT * FROM standingVerdict WHERE ?1 IS NULL OR take = ?1)
          SELECT * FROM mine WHERE at = (SELECT at FROM mine ORDER BY id DESC LIMIT 1) ORDER BY id
          """, arguments: [take]
      ).map(Verdict.init)
      guard let last = latest.last else { throw LibraryError.nothingToUndo(path: path) }
      // One call says the same of each of its takes, in turn.
      var undone = [last]
      for verdict in latest.dropLast().reversed()
      where verdict.content == last.content && verdict.id == undone[0].id - 1
        && !undone.contains(where: { $0.take == verdict.take })
      {
        undone.insert(verdict, at: 0)
      }
      for verdict in undone {
        _ = try insert(.undo(verdict: verdict.id), of: verdict.take, at: date, db)
      }
      return undone
    }
  }

  /// All verdicts, of one take or of all, oldest first, including undos and what they undo.
  public func verdicts(of take: Int64? = nil) throws -> [Verdict] {
    try read("read the verdicts of") { db in
      try requireIntact([.verdict], db)
      return try Row.fetchAll(
        db, sql: "SELECT * FROM verdict WHERE ?1 IS NULL OR take = ?1 ORDER BY id",
        arguments: [take]
      ).map(Verdict.init)
    }
  }

  /// The standing verdict on a take.
  public func standingVerdict(of take: Int64) throws -> StandingVerdict {
    try standingVerdicts(take)[take] ?? StandingVerdict()
  }

  /// The standing verdicts on all takes that have any, by take number.
  public func standingVerdicts() throws -> [Int64: StandingVerdict] {
    try standingVerdicts(nil)
  }

  private func standingVerdicts(_ take: Int64?) throws -> [Int64: StandingVerdict] {
    try read("read the verdicts of") { db in
      try requireIntact([.verdict], db)
      let verdicts = try Row.fetchAll(
        db, sql: "SELECT * FROM standingVerdict WHERE ?1 IS NULL OR take = ?1 ORDER BY id",
        arguments: [take]
      ).map(Verdict.init)
      return Dictionary(grouping: verdicts, by: \.take)
        .mapValues { StandingVerdict($0.map(\.content)) }
    }
  }

  private func insert(
    _ content: Verdict.Content, of take: Int64, at date: Date, _ db: Database
  ) throws -> Int64 {
    try db.execute(
      sql: """
        INSERT INTO verdict (take, at, round,
          kind, rating, note, fromNanoseconds, toNanoseconds, undoes)
        VALUES (?, ?, (SELECT id FROM currentRound), ?, ?, ?, ?, ?, ?)
        """, arguments: [take, date.libraryNanoseconds] + content.columns)
    return db.lastInsertedRowID
  }
}
