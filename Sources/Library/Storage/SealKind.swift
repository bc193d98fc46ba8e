import Foundation
import GRDB
import GRDBSQLite
import MIDI

/// The kinds of records that are sealed: the table `seal` has a checksum of each, computed when it is written
/// and verified when it is read.
///
/// SQLite detects a malformed page, but not a changed letter or number. The events of a finished take have
/// their digest in the take itself.
enum SealKind: String, CaseIterable {
  case session
  /// The row of a finished take, its digest of the events included.
  case take
  /// All notes of a finished take.
  case notes
  /// A chunk of an open take; these seals are removed when it is finished.
  case chunk
  case verdict
  case mark
  /// The record of a round, without the path of its weights.
  case round
  /// The whole data list of a round.
  case roundTakes
  case roundUse
  case blindPair
  case heldOut
  case primerEnd
  case recipe
  case released
  case deletedTake

  /// Those whose tables are younger than seals.
  private static let later: Set<Self> = [.heldOut, .primerEnd, .recipe, .released, .deletedTake]

  /// The columns of a take that are sealed, in this order.
  static let takeColumns = """
    take.id, take.session, take.origin, take.startedAt, take.finished, take.durationNanoseconds,
    take.pedalNanoseconds, take.eventCount, take.noteCount, take.digest, take.sourcePath,
    take.sourceDigest, take.sourceTrack, take.model, take.modelDigest, take.round, take.seed,
    take.temperature, take.topP, take.primerTake, take.primer, take.stream
    """

  /// The number of columns in ``takeColumns``.
  static let takeColumnCount = 22

  /// The table whose row ids identify the seals.
  private var table: String {
    switch self {
    case .notes: "take"
    case .chunk: "eventChunk"
    case .roundTakes: "round"
    case .session, .take, .verdict, .mark, .round, .roundUse, .blindPair, .heldOut, .primerEnd,
      .recipe, .released, .deletedTake:
      rawValue
    }
  }

  /// The SQL condition for the rows that are sealed.
  private var condition: String {
    switch self {
    case .take, .notes: "finished = 1"
    case .chunk: "take IN (SELECT id FROM take WHERE finished = 0)"
    case .session, .verdict, .mark, .round, .roundTakes, .roundUse, .blindPair, .heldOut,
      .primerEnd, .recipe, .released, .deletedTake:
      "true"
    }
  }

  /// The columns that are sealed, if a seal covers one row; nil if it covers several rows.
  private var columns: String? {
    switch self {
    case .session: "id, kind, startedAt, name, heldOutAt"
    case .take: Self.takeColumns
    case .notes, .roundTakes: nil
    case .chunk: "take, sequence, firstNanoseconds, eventCount, events"
    case .verdict:
      "take, at, kind, rating, note, fromNanoseconds, toNanoseconds, round, undoes"
    case .mark: "take, nanoseconds, kind, text"
    case .round:
      """
      parent, parentDigest, createdAt, programVersion, seed, settings, status, reason, numbers,
      weightsDigest
      """
    case .roundUse: "round, at, reason"
    case .blindPair: "at, takeA, takeB, first, moreMe, liked"
    case .heldOut: "choice, take, at"
    case .primerEnd: "take, nanoseconds"
    case .recipe: "take, sourceTake, text"
    case .released: "take, at"
    case .deletedTake:
      "take, at, origin, startedAt, durationNanoseconds, noteCount, digest, sourceDigest, copy"
    }
  }

  /// The query for the values that one seal covers; its argument is the row id.
  var content: String {
    if let columns { return "SELECT \(columns) FROM \(table) WHERE id = ?" }
    return self == .notes
      ? """
      SELECT pitch, velocity, startNanoseconds, durationNanoseconds FROM note
      WHERE take = ? ORDER BY sequence
      """
      : """
      SELECT sequence, take, role, weight, fromNanoseconds, toNanoseconds, digest FROM roundTake
      WHERE round = ? ORDER BY sequence
      """
  }

  /// The query for the row ids of all records to be sealed, ascending.
  var numbers: String { "SELECT id \(origin)" }

  /// The FROM clause for the records to be sealed.
  private var origin: String { "FROM \(table) NOT INDEXED WHERE \(condition) ORDER BY id" }

  /// The record's name in a message.
  func name(_ number: Int64) -> String {
    switch self {
    case .session, .take, .verdict, .mark, .round: "\(rawValue) \(number)"
    case .notes: "the notes of take \(number)"
    case .chunk: "piece \(number) of an open take"
    case .roundTakes: "the data list of round \(number)"
    case .roundUse: "entry \(number) of the rounds in use"
    case .blindPair: "blind comparison \(number)"
    case .heldOut: "entry \(number) of what is set aside"
    case .primerEnd: "entry \(number) of where primers end"
    case .recipe: "entry \(number) of how takes were made"
    case .released: "entry \(number) of what was released"
    case .deletedTake: "entry \(number) of what was deleted"
    }
  }
}

// MARK: - Digests

/// An incremental checksum for a seal: the first eight bytes of a SHA-256. It guards against accidental
/// damage, not against manipulation.
///
/// Each value is hashed as a byte for its type followed by its bytes, little-endian; texts and blobs are
/// preceded by their length.
struct SealDigest {
  private var hasher = DigestHasher()
  private var bytes: [UInt8] = []

  mutating func update(_ value: DatabaseValue) {
    switch value.storage {
    case .null: bytes.append(0)
    case .int64(let number): update(number)
    case .double(let number): append(2, number.bitPattern)
    case .string(let text):
      append(3, UInt64(text.utf8.count))
      bytes.append(contentsOf: text.utf8)
    case .blob(let data):
      append(4, UInt64(data.count))
      bytes.append(contentsOf: data)
    }
    if bytes.count > 1 << 15 { flush() }
  }

  mutating func update(_ number: Int64) {
    append(1, UInt64(bitPattern: number))
  }

  /// Hashes a row's first `count` values; all by default.
  mutating func update(_ row: Row, count: Int? = nil) {
    for index in 0..<(count ?? row.count) {
      update((row[index] as StoredValue?)?.databaseValue ?? .null)
    }
  }

  /// The checksum of all values.
  mutating func finish() -> Int64 {
    flush()
    let digest = hasher.finish().prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int64(bitPattern: digest)
  }

  private mutating func append(_ kind: UInt8, _ number: UInt64) {
    bytes.append(kind)
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
    }
  }

  private mutating func flush() {
    hasher.update(bytes)
    bytes.removeAll(keepingCapacity: true)
  }
}

/// A stored value of any type except null, read by GRDB's fast path for statement columns.
private struct StoredValue: DatabaseValueConvertible, StatementColumnConvertible {
  let databaseValue: DatabaseValue

  init(sqliteStatement statement: SQLiteStatement, index: CInt) {
    databaseValue =
      switch unsafe sqlite3_column_type(statement, index) {
      case SQLITE_INTEGER: unsafe Int64(sqliteStatement: statement, index: index).databaseValue
      case SQLITE_FLOAT: unsafe Double(sqliteStatement: statement, index: index).databaseValue
      case SQLITE_TEXT: unsafe String(sqliteStatement: statement, index: index).databaseValue
      default: unsafe Data(sqliteStatement: statement, index: index).databaseValue
      }
  }

  private init(_ value: DatabaseValue) { databaseValue = value }

  static func fromDatabaseValue(_ value: DatabaseValue) -> Self? { Self(value) }
}

extension SealKind {
  /// The checksum of notes that are about to be stored.
  static func digest(of notes: [Note]) -> Int64 {
    var digest = SealDigest()
    for note in notes {
      digest.update(Int64(note.pitch))
      digest.update(Int64(note.velocity))
      digest.update(note.start)
      digest.update(note.end &- note.start)
    }
    return digest.finish()
  }

  /// The checksum of a record as it is stored now; nil if there is none.
  func digest(_ number: Int64, _ db: Database) throws -> Int64? {
    let rows = try Row.fetchCursor(db.cachedStatement(sql: content), arguments: [number])
    var digest = SealDigest()
    // A take without notes, or a round without a data list, has no rows but a seal.
    var isThere = self == .notes || self == .roundTakes
    while let row = try rows.next() {
      digest.update(row)
      isThere = true
    }
    return isThere ? digest.finish() : nil
  }

  /// The checksum in the seal; nil if there is no seal.
  func sealed(_ number: Int64, _ db: Database) throws -> Int64? {
    try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT digest FROM seal WHERE kind = ? AND row = ?"),
      arguments: [rawValue, number])
  }
}

// MARK: - Sealing and verifying

extension SealKind {
  /// Seals a record, by default as it is stored now, replacing any seal that it had.
  func seal(_ number: Int64, as digest: Int64? = nil, _ db: Database) throws {
    guard let digest = try digest ?? self.digest(number, db) else { return }
    try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO seal (kind, row, digest) VALUES (?, ?, ?)"
    ).execute(arguments: [rawValue, number, digest])
  }

  /// Seals all rows after the last sealed one, including any that were added by hand.
  func sealNew(_ db: Database) throws {
    let numbers = try Int64.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT id FROM \(table)
          WHERE id > (SELECT ifnull(max(row), 0) FROM seal WHERE kind = ?) ORDER BY id
          """), arguments: [rawValue])
    for number in numbers { try seal(number, db) }
  }

  /// Seals all records, in a library from before there were seals.
  static func sealAll(_ db: Database) throws {
    for kind in allCases where !later.contains(kind) {
      for number in try Int64.fetchAll(db, sql: kind.numbers) { try kind.seal(number, db) }
    }
  }

  /// The row ids of all records that are changed, missing or without a seal; except rows that were added by
  /// hand after the last sealed one.
  func broken(_ db: Database) throws -> [Int64] {
    var seals: [Int64: Int64] = [:]
    let rows = try Row.fetchCursor(
      db, sql: "SELECT row, digest FROM seal WHERE kind = ?", arguments: [rawValue])
    while let row = try rows.next() { seals[try row.value(0)] = try row.value(1) }
    let last = seals.keys.max() ?? 0
    let isAdded = self != .take && self != .notes && self != .chunk
    var broken: [Int64] = []
    try forEachDigest(db) { number, digest in
      let seal = seals.removeValue(forKey: number)
      if seal == nil, isAdded, number > last { return }
      if seal == nil || digest != seal { broken.append(number) }
    }
    return (broken + seals.keys).sorted()
  }

  /// Calls `body` with the row id and the current checksum of each record to be sealed, in ascending order.
  private func forEachDigest(_ db: Database, _ body: (Int64, Int64?) -> Void) throws {
    guard let columns else {
      for number in try Int64.fetchAll(db, sql: numbers) { body(number, try digest(number, db)) }
      return
    }
    // One query instead of one for each row.
    let rows = try Row.fetchCursor(db, sql: "SELECT \(columns), id \(origin)")
    while let row = try rows.next() {
      var digest = SealDigest()
      digest.update(row, count: row.count - 1)
      body(try row.value(row.count - 1), digest.finish())
    }
  }
}
