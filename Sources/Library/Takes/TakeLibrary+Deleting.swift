public import Foundation
import GRDB

/// A take that the musician deleted: what is left of it.
public struct DeletedTake: Hashable, Sendable {
  /// The number that it had, which no other take gets.
  public let number: Int64
  /// When it was deleted.
  public let at: Date
  /// Who made it.
  public let origin: Origin
  /// From its start to its last event or note end, in nanoseconds.
  public let nanoseconds: Int64
  /// How many notes it had.
  public let noteCount: Int
  /// Where a copy of it was written before, from the project's folder.
  public let copy: String
}

/// What rests on a take, so that it cannot be deleted.
public enum TakeUse: Hashable, Sendable {
  /// A round was trained on it.
  case trained(round: Int)
  /// A round was judged by it.
  case judged(round: Int)
  /// Another take goes on from it.
  case goneOnFrom(by: Int64)
  /// It was one of two that were heard blind.
  case heardBlind
  /// It was chosen to be set aside for judging, now or before.
  case chosenForJudging
}

extension TakeLibrary {
  /// What rests on a take.
  public func uses(of take: Int64) throws -> [TakeUse] {
    try read("look what rests on a take of") { db in
      try requireIntact([.roundTakes, .heldOut, .blindPair], db)
      let rounds = try Row.fetchAll(
        db,
        sql: "SELECT DISTINCT round, role FROM roundTake WHERE take = ? ORDER BY role DESC, round",
        arguments: [take]
      ).map { row -> TakeUse in
        let (round, role): (Int, RoundTake.Role) = (row["round"], try row.word("role"))
        return role == .train ? .trained(round: round) : .judged(round: round)
      }
      let primed = try Int64.fetchAll(
        db,
        sql: """
          SELECT id FROM take WHERE primerTake = ?1 UNION
          SELECT take FROM recipe WHERE sourceTake = ?1 ORDER BY 1
          """, arguments: [take])
      func isIn(_ table: String, _ condition: String) throws -> Bool {
        try Int.fetchOne(
          db, sql: "SELECT count(*) FROM \(table) WHERE \(condition)", arguments: [take]) != 0
      }
      return try rounds + primed.map(TakeUse.goneOnFrom)
        + (isIn("blindPair", "?1 IN (takeA, takeB)") ? [.heardBlind] : [])
        + (isIn("heldOut", "take = ?1") ? [.chosenForJudging] : [])
    }
  }

  /// Deletes finished takes with all that was said of them, all or none. That they were there stays on record,
  /// and their numbers are not given again.
  ///
  /// - Parameter copies: for each take where a copy of it lies, from the project's folder.
  /// - Throws: ``LibraryError/refused(doing:path:rule:)`` when anything rests on one, see ``uses(of:)``.
  public func delete(_ copies: [Int64: String], at date: Date) throws {
    try write("delete takes of", sealing: [.deletedTake]) { db in
      // A take is younger than the one that it goes on from.
      for (take, copy) in copies.sorted(by: { $0.key > $1.key }) {
        try require("take", take, db)
        try db.execute(
          sql: """
            INSERT INTO deletedTake (take, at, origin, startedAt, durationNanoseconds, noteCount,
              digest, sourceDigest, copy)
            SELECT id, ?, origin, startedAt, durationNanoseconds, noteCount, ifnull(digest, ''),
              sourceDigest, ?
            FROM take WHERE id = ?
            """, arguments: [date.libraryNanoseconds, copy, take])
        for kind: SealKind in [.verdict, .mark, .primerEnd, .recipe, .released] {
          try db.execute(
            sql: """
              DELETE FROM seal
              WHERE kind = ?1 AND row IN (SELECT id FROM \(kind.rawValue) WHERE take = ?2)
              """, arguments: [kind.rawValue, take])
          try db.execute(
            sql: "DELETE FROM \(kind.rawValue) WHERE take = ?", arguments: [take])
        }
        try db.execute(
          sql: "DELETE FROM seal WHERE kind IN ('take', 'notes') AND row = ?", arguments: [take])
        try db.execute(sql: "DELETE FROM note WHERE take = ?", arguments: [take])
        try db.execute(sql: "DELETE FROM eventChunk WHERE take = ?", arguments: [take])
        try db.execute(sql: "DELETE FROM take WHERE id = ?", arguments: [take])
      }
    }
  }

  /// The deleted take of this number; nil when there is none.
  public func deletedTake(_ number: Int64) throws -> DeletedTake? {
    try deletedTakes("take = ?", [number]).first
  }

  /// The deleted take, the last of them, that was imported from the file whose bytes have this SHA-256.
  public func deletedTake(withSourceDigest digest: String) throws -> DeletedTake? {
    try deletedTakes("sourceDigest = ?", [digest]).last
  }

  private func deletedTakes(_ condition: String, _ arguments: StatementArguments) throws
    -> [DeletedTake]
  {
    try read("look for deleted takes in") { db in
      try requireIntact([.deletedTake], db)
      return try Row.fetchAll(
        db, sql: "SELECT * FROM deletedTake WHERE \(condition) ORDER BY id", arguments: arguments
      ).map { row in
        DeletedTake(
          number: row["take"], at: Date(libraryNanoseconds: row["at"]),
          origin: try row.word("origin"), nanoseconds: row["durationNanoseconds"],
          noteCount: row["noteCount"], copy: row["copy"])
      }
    }
  }
}
