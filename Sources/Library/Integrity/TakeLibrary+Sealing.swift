import GRDB

// Verifying stored records by their seals, once for each opened library and kind.

extension TakeLibrary {
  /// Verifies all records of some kinds, and their indexes, the first time that any of them is read.
  ///
  /// Takes are not verified here: each is verified whenever it is read.
  ///
  /// - Throws: ``LibraryError/damaged(what:path:)`` for the first record that does not match its seal.
  func requireIntact(_ kinds: [SealKind], _ db: Database) throws {
    for kind in kinds {
      try once(kind.rawValue) {
        if let number = try kind.broken(db).first {
          throw LibraryError.damaged(what: kind.name(number), path: path)
        }
        try requireWhole(Index.all.filter { $0.table == kind.rawValue }, db)
      }
    }
  }

  /// Verifies that no finished take is missing from the table or from an index.
  ///
  /// - Throws: ``LibraryError/damaged(what:path:)``.
  func requireAllTakes(_ db: Database) throws {
    try once("all takes") {
      let counted = "SELECT count(*), ifnull(sum(id), 0) FROM take NOT INDEXED WHERE finished = 1"
      let sealed = "SELECT count(*), ifnull(sum(row), 0) FROM seal WHERE kind = 'take'"
      guard try Index.numbers(counted, db) == Index.numbers(sealed, db) else {
        throw LibraryError.damaged(what: "the list of takes", path: path)
      }
      try requireWhole(Index.all.filter { $0.table == "take" }, db)
    }
  }

  private func requireWhole(_ indexes: [Index], _ db: Database) throws {
    for index in indexes where try !index.isWhole(db) {
      throw LibraryError.damaged(what: "the index \(index.name)", path: path)
    }
  }
}

/// An index of a table. If one is damaged, SQLite silently leaves out rows.
private struct Index {
  let table: String
  let name: String
  /// Its key as an SQL expression, an integer small enough to be summed over a million rows.
  let key: String
  var condition = "true"

  static let all = [
    Index(table: "take", name: "takeByStart", key: "startedAt % 1000000007"),
    Index(table: "take", name: "takeBySession", key: "session"),
    Index(table: "take", name: "takeByRound", key: "round", condition: "round IS NOT NULL"),
    Index(table: "take", name: "takeUnfinished", key: "id", condition: "finished = 0"),
    Index(table: "verdict", name: "verdictByTake", key: "take"),
    Index(table: "verdict", name: "sqlite_autoindex_verdict_1", key: "ifnull(undoes, 0)"),
    Index(table: "mark", name: "markByTake", key: "take"),
  ]

  /// Whether it has the rows of its table, by comparing counts and sums over both.
  func isWhole(_ db: Database) throws -> Bool {
    let sums = "SELECT count(*), ifnull(sum(id * 7 + \(key)), 0) FROM \(table)"
    return try Self.numbers("\(sums) INDEXED BY \(name) WHERE \(condition)", db)
      == Self.numbers("\(sums) NOT INDEXED WHERE \(condition)", db)
  }

  static func numbers(_ sql: String, _ db: Database) throws -> [Int64] {
    guard let row = try Row.fetchOne(db, sql: sql) else { return [] }
    return try (0..<row.count).map { try row.value($0) }
  }
}

// MARK: - Files beside the library

extension TakeLibrary {
  /// The recorded digest of a model file of the project, such as the base; nil without one.
  public func digest(ofModelFile name: String) throws -> String? {
    try read("read the digest of a model in") { db in
      try String.fetchOne(
        db, sql: "SELECT digest FROM modelFile WHERE name = ?", arguments: [name])
    }
  }

  /// Records the digest of a model file of the project, to detect changes later.
  public func note(digest: String, ofModelFile name: String) throws {
    try write("note the digest of a model in") { db in
      try db.execute(
        sql: "INSERT OR REPLACE INTO modelFile (name, digest) VALUES (?, ?)",
        arguments: [name, digest])
    }
  }
}
