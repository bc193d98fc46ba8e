public import Foundation
import GRDB

// Rounds: storing them and choosing the one in use. A record is never changed or removed.

extension TakeLibrary {
  /// The number that the next round will have, from 1.
  public func nextRoundNumber() throws -> Int {
    try read("read the rounds of") { db in
      try Int.fetchOne(db, sql: "SELECT ifnull(max(id), 0) + 1 FROM round") ?? 1
    }
  }

  /// Stores a round with its data list, and puts it to use when its status is `current`.
  ///
  /// - Returns: its number.
  /// - Throws: ``LibraryError/refused(doing:path:rule:)`` when the number is taken, a take to train on is
  ///   held out, a take in the held-out role is not, or weights are missing.
  @discardableResult
  public func addRound(_ round: NewRound) throws -> Int {
    try write("store a round in", sealing: [.round, .roundTakes, .roundUse]) { db in
      try insert(round, db)
      let statement = try db.cachedStatement(
        sql: """
          INSERT INTO roundTake (round, sequence, take, role, weight, fromNanoseconds,
            toNanoseconds, digest)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          """)
      for (sequence, take) in round.takes.enumerated() {
        try require("take", take.take, db)
        try statement.execute(arguments: [
          round.number, sequence, take.take, take.role.rawValue, take.weight,
          take.phrase?.lowerBound, take.phrase?.upperBound, take.digest,
        ])
      }
      if round.status == .current {
        try use(round.number, at: round.createdAt, reason: round.reason ?? "passed the gate", db)
      }
      return round.number
    }
  }

  /// Puts a round to use, newer or older; nil for the base. The history of rounds in use is kept.
  ///
  /// - Throws: ``LibraryError/refused(doing:path:rule:)`` for a round without weights.
  public func setCurrent(round: Int?, at date: Date = Date(), reason: String = "chosen") throws {
    try write("change the round in use in", sealing: [.roundUse]) { db in
      if let round { try require("round", Int64(round), db) }
      try use(round, at: date, reason: reason, db)
    }
  }

  /// The round in use, nil for the base.
  public func currentRound() throws -> RoundRecord? {
    try rounds("WHERE id = (SELECT id FROM currentRound)").first
  }

  /// The round of this number, nil when there is none.
  public func round(number: Int) throws -> RoundRecord? {
    try rounds("WHERE id = \(number)").first
  }

  /// All rounds, oldest first.
  public func rounds() throws -> [RoundRecord] {
    try rounds("ORDER BY id")
  }

  /// The data list of a round, in the order of training.
  public func takes(ofRound round: Int) throws -> [RoundTake] {
    try read("read the takes of a round of") { db in
      try requireIntact([.roundTakes], db)
      try require("round", Int64(round), db)
      return try Row.fetchAll(
        db, sql: "SELECT * FROM roundTake WHERE round = ? ORDER BY sequence", arguments: [round]
      ).map(RoundTake.init)
    }
  }

  /// Removes the name of a round's weights' file from its record, when the file is removed; the digest stays.
  ///
  /// - Throws: ``LibraryError/refused(doing:path:rule:)`` for the round in use.
  public func forgetWeights(ofRound round: Int) throws {
    try write("forget the weights of a round in") { db in
      try require("round", Int64(round), db)
      try db.execute(
        sql: "UPDATE round SET weightsFile = NULL WHERE id = ?", arguments: [round])
    }
  }
}

// MARK: - Inside a read or write

extension TakeLibrary {
  private func rounds(_ clauses: SQL) throws -> [RoundRecord] {
    try read("read the rounds of") { db in
      try requireIntact([.round, .roundUse], db)
      let request: SQLRequest<Row> = "\(RoundRecord.select) \(clauses)"
      return try request.fetchAll(db).map(RoundRecord.init)
    }
  }

  private func insert(_ round: NewRound, _ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO round (id, parent, parentDigest, createdAt, programVersion, seed, settings,
          status, reason, numbers, weightsFile, weightsDigest)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        round.number, round.parent, round.parentDigest, round.createdAt.libraryNanoseconds,
        round.programVersion, Int64(bitPattern: round.seed), round.settings,
        round.status.rawValue, round.reason, round.numbers, round.weightsFile,
        round.weightsDigest,
      ])
  }

  private func use(_ round: Int?, at date: Date, reason: String, _ db: Database) throws {
    try db.execute(
      sql: "INSERT INTO roundUse (round, at, reason) VALUES (?, ?, ?)",
      arguments: [round, date.libraryNanoseconds, reason])
  }
}
