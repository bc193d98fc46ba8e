import GRDB

// Checking the whole library.

extension TakeLibrary {
  /// Finds all faults of the library: its file by SQLite's integrity check, its schema, each row, take and
  /// note by its seal, and whether held-out takes were trained on.
  ///
  /// It reads the whole file once or twice: some seconds for a gigabyte.
  ///
  /// - Returns: the faults, the gravest first; empty for a sound library.
  public func faults() throws -> [LibraryFault] {
    var faults: [LibraryFault] = []
    func look(_ part: (Database) throws -> [LibraryFault]) throws {
      do {
        faults += try database.read(part)
      } catch let error as DatabaseError {
        // If one check fails, do the others all the same.
        let sentence = LibraryError(error, doing: "look through", path: path).description
        let fault = LibraryFault(.file, sentence)
        if !faults.contains(fault) { faults.append(fault) }
      } catch let error as LibraryError {
        faults.append(LibraryFault(.file, error.description))
      }
    }
    try look(structure)
    try look(schema)
    for kind in SealKind.allCases where kind != .notes {
      try look { db in
        try kind.broken(db).map {
          LibraryFault(
            .record, "\(kind.name($0)) is not as it was written", take: kind == .take ? $0 : nil)
        }
      }
    }
    try look(events)
    try look { db in
      try SealKind.notes.broken(db).map {
        LibraryFault(.notes, "the notes of take \($0) are not those that were written", take: $0)
      }
    }
    try look(heldOut)
    return faults
  }
}

// MARK: - The parts

extension TakeLibrary {
  /// The faults that SQLite's integrity check finds; a damaged index can be rebuilt.
  ///
  /// Source: https://www.sqlite.org/pragma.html#pragma_integrity_check
  private func structure(_ db: Database) throws -> [LibraryFault] {
    let lines = try String.fetchAll(db, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
    let faults = lines.map { line in
      let isIndex =
        line.contains(" missing from index ") || line.contains("entries in index ")
        || line.contains("non-unique entry in index ")
      return LibraryFault(isIndex ? .index : .file, isIndex ? line : "the file: \(line)")
    }
    let references = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").prefix(20).map { row in
      LibraryFault(
        .reference,
        "\(row.text(0) ?? "?") \(Int64.fromDatabaseValue(row[1]) ?? 0) names a "
          + "\(row.text(2) ?? "?") that is not there")
    }
    return faults + references
  }

  /// Objects of the schema that are missing or changed, and foreign triggers, which may change data.
  /// Additional tables, views and indexes are not a fault.
  private func schema(_ db: Database) throws -> [LibraryFault] {
    let model = try Schema.objects()
    let here = try Schema.objects(of: db)
    let changed = model.compactMap { name, object -> LibraryFault? in
      let kind: LibraryFault.Kind = object.type == "table" ? .table : .rule
      guard let found = here[name] else {
        return LibraryFault(kind, "the \(object.type) \(name) is not there")
      }
      return found == object
        ? nil
        : LibraryFault(kind, "the \(object.type) \(name) is not the one that woodshed made")
    }
    let strange = here.filter { $0.value.type == "trigger" && model[$0.key] == nil }.keys.map {
      LibraryFault(
        .strangeRule, "the trigger \($0) is none of woodshed's; remove it, or know what it does")
    }
    return (changed + strange).sorted { $0.text < $1.text }
  }

  private func events(_ db: Database) throws -> [LibraryFault] {
    var faults: [LibraryFault] = []
    for take in try Int64.fetchAll(db, sql: "SELECT id FROM take NOT INDEXED ORDER BY id") {
      do {
        _ = try events(of: take, db)
      } catch LibraryError.badChunk(_, let sequence, let byte, let cause) {
        faults.append(
          LibraryFault(
            .events,
            "the events of take \(take) cannot be read: piece \(sequence), byte \(byte): \(cause)",
            take: take))
      } catch LibraryError.damaged {
        faults.append(
          LibraryFault(
            .events, "the events of take \(take) are not those that were written", take: take))
      }
    }
    let lost = try Int64.fetchAll(
      db, sql: "SELECT DISTINCT take FROM eventChunk WHERE take NOT IN (SELECT id FROM take)")
    return faults
      + lost.map { LibraryFault(.events, "there are events of take \($0), which is not there") }
  }

  /// Held-out takes that rounds were trained on or that are primers, and takes trained on that have the same
  /// events as a held-out one.
  private func heldOut(_ db: Database) throws -> [LibraryFault] {
    let trained = try Row.fetchAll(
      db,
      sql: """
        SELECT DISTINCT roundTake.round, take.id FROM roundTake
          JOIN take ON take.id = roundTake.take JOIN round ON round.id = roundTake.round
        WHERE roundTake.role = 'train' AND take.id IN (SELECT take FROM heldOutTake)
          AND round.createdAt > (SELECT ifnull(max(at), -1) FROM heldOut)
        """)
    let twins = try Row.fetchAll(
      db,
      sql: """
        SELECT DISTINCT roundTake.round, take.id, aside.id FROM roundTake
          JOIN take ON take.id = roundTake.take
          JOIN take AS aside ON aside.digest = take.digest AND aside.id <> take.id
          JOIN round ON round.id = roundTake.round
        WHERE roundTake.role = 'train' AND aside.id IN (SELECT take FROM heldOutTake)
          AND round.createdAt > (SELECT ifnull(max(at), -1) FROM heldOut) AND take.eventCount > 0
        """)
    let primers = try Row.fetchAll(
      db,
      sql: """
        SELECT take.id, aside.id FROM take JOIN take AS aside ON aside.id = take.primerTake
        WHERE aside.id IN (SELECT take FROM heldOutTake)
          AND take.startedAt > (SELECT ifnull(max(at), -1) FROM heldOut)
        """)
    return try trained.map { row in
      let (round, take): (Int64, Int64) = (try row.value(0), try row.value(1))
      return LibraryFault(
        .heldOut,
        "round \(round) was trained on take \(take), which is set aside for judging: its numbers "
          + "say too much", take: take)
    }
      + twins.map { row in
        let (round, take, aside): (Int64, Int64, Int64) = (
          try row.value(0), try row.value(1), try row.value(2)
        )
        return LibraryFault(
          .heldOut,
          "round \(round) was trained on take \(take), which is the same playing as take \(aside), "
            + "set aside for judging", take: take)
      }
      + primers.map { row in
        let (take, aside): (Int64, Int64) = (try row.value(0), try row.value(1))
        return LibraryFault(
          .heldOut, "take \(take) goes on from take \(aside), which is set aside for judging",
          take: take)
      }
  }
}
