import GRDB
public import MIDI

// Mending what can be mended without guessing.

extension TakeLibrary {
  /// Makes all indexes again from their tables.
  public func makeIndexesAgain() throws {
    try write("make the indexes again of") { db in try db.execute(sql: "REINDEX") }
  }

  /// Makes triggers, views and indexes again that are missing or not woodshed's; tables stay as they
  /// are.
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

  /// Stores the notes of a take again, if they are those that were written at first.
  ///
  /// - Parameter notes: what its events sound.
  /// - Returns: whether they are; nothing is changed otherwise.
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

// MARK: - The schema as it should be

extension Schema {
  /// A table, index, view or trigger.
  struct Object: Hashable {
    var type: String
    var sql: String
  }

  /// All that the migrations make, by name.
  static func objects() throws -> [String: Object] {
    let model = try DatabaseQueue()
    try migrator.migrate(model)
    return try model.read(objects)
  }

  /// All that a database has by name, without what SQLite and GRDB make for themselves.
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
