import GRDB
public import MIDI

// Repairs that need no guessing.

extension TakeLibrary {
  /// Rebuilds all indexes from their tables.
  public func makeIndexesAgain() throws {
    try write("make the indexes again of") { db in try db.execute(sql: "REINDEX") }
  }

  /// Makes triggers, views and indexes again that are missing or differ from the
  /// schema; tables are unchanged.
  public func makeRulesAgain() throws {
    try write("make the rules again of") { db in
      let here = try Schema.objects(of: db)
      for (name, object) in try Schema.objects().sorted(by: { $0.key < $1.key })
      where object.type != "table" && here[name] != object {
        if let found = here[name] { try db.execute(sql: "DROP \(found.type) \"\(name)\"") }
        try db.execute(sql: object.sql)
      }
    }
  }

  /// Replaces the stored notes of a take by `notes`, if these match its seal.
  ///
  /// - Parameter notes: the notes of its events.
  /// - Returns: whether they match; if not, nothing is changed.
  public func mend(notes: [Note], of take: Int64) throws -> Bool {
    try write("mend the notes of a take in") { db in
      guard try SealKind.notes.sealed(take, db) == SealKind.digest(of: notes) else { return false }
      let rules = try Schema.objects().filter {
        ["noteUpdated", "noteDeleted"].contains($0.key)
      }
      for name in rules.keys { try db.execute(sql: "DROP TRIGGER IF EXISTS \(name)") }
      try db.execute(sql: "DELETE FROM note WHERE take = ?", arguments: [take])
      try insert(notes, take: take, db)
      for rule in rules.values { try db.execute(sql: rule.sql) }
      return true
    }
  }
}

// MARK: - The expected schema

extension Schema {
  /// A table, index, view or trigger.
  struct Object: Hashable {
    var type: String
    var sql: String
  }

  /// All objects that the migrations create, by name.
  static func objects() throws -> [String: Object] {
    let model = try DatabaseQueue()
    try migrator.migrate(model)
    return try model.read(objects)
  }

  /// All objects of a database by name, except those that belong to SQLite and GRDB.
  static func objects(of db: Database) throws -> [String: Object] {
    var objects: [String: Object] = [:]
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT name, type, sql FROM sqlite_master
        WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
          AND name NOT LIKE 'grdb\\_%' ESCAPE '\\'
        """)
    for row in rows {
      guard let name = row.text(0), let type = row.text(1), let sql = row.text(2) else { continue }
      objects[name] = Object(type: type, sql: sql)
    }
    return objects
  }
}
