import Foundation
import GRDB
import GRDBSQLite
import MIDI

/// What of a library is sealed: beside each of these stands a digest of it in the table `seal`, made
/// when it was written and held against it when it is read.
///
/// SQLite notices a page that makes no sense, not a letter or a number that has become another one.
/// The events of a finished take have their digest in the take itself.
enum SealKind: String, CaseIterable {
  case session
  /// The row of a finished take, its digest of the events included.
  case take
  /// All notes of a finished take.
  case notes
  /// A piece of an open take; these are gone when it is finished.
  case chunk
  case verdict
  case mark
  /// The record of a round, without where its weights lie.
  case round
  /// The whole data list of a round.
  case roundTakes
  case roundUse
  case blindPair
  case heldOut
  case primerEnd
  case released
  case deletedTake

  /// Those whose tables are younger than seals.
  private static let later: Set<Self> = [.heldOut, .primerEnd, .released, .deletedTake]

  /// The columns of a take that are sealed, in this order.
  static let takeColumns = """
    take.id, take.session, take.origin, take.startedAt, take.finished, take.durationNanoseconds,
    take.pedalNanoseconds, take.eventCount, take.noteCount, take.digest, take.sourcePath,
    take.sourceDigest, take.sourceTrack, take.model, take.modelDigest, take.round, take.seed,
    take.temperature, take.topP, take.primerTake, take.primer, take.stream
    """

  /// How many columns ``takeColumns`` are.
  static let takeColumnCount = 22

  /// The table whose numbers the seals go by.
  private var table: String {
    switch self {
    case .notes: "take"
    case .chunk: "eventChunk"
    case .roundTakes: "round"
    case .session, .take, .verdict, .mark, .round, .roundUse, .blindPair, .heldOut, .primerEnd,
      .released, .deletedTake:
      rawValue
    }
  }

  /// Which of its rows are to be sealed.
  private var condition: String {
    switch self {
    case .take, .notes: "finished = 1"
    case .chunk: "take IN (SELECT id FROM take WHERE finished = 0)"
    case .session, .verdict, .mark, .round, .roundTakes, .roundUse, .blindPair, .heldOut,
      .primerEnd, .released, .deletedTake:
      "true"
    }
  }

  /// The columns that are sealed, where a seal is of one row; nil where it is of several.
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
    case .released: "take, at"
    case .deletedTake:
      "take, at, origin, startedAt, durationNanoseconds, noteCount, digest, sourceDigest, copy"
    }
  }

  /// The query for what one seal is of; its number is the argument.
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

  /// The query for the numbers of all that is to be sealed, rising.
  var numbers: String { "SELECT id \(origin)" }

  /// The rows that the seals go by.
  private var origin: String { "FROM \(table) NOT INDEXED WHERE \(condition) ORDER BY id" }

  /// What it is called in a sentence, with its number.
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
    case .released: "entry \(number) of what was released"
    case .deletedTake: "entry \(number) of what was deleted"
    }
  }
}

// MARK: - Digests

/// The digest of a seal under way: the first eight bytes of a SHA-256, which is more than enough
/// against chance; against intent a digest in the same file helps nobody.
///
/// Each value goes in as a byte for its kind and its bytes, lowest first, texts and blobs behind their
/// length.
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

  /// Takes in a row's first values.
  mutating func update(_ row: Row, count: Int? = nil) {
    for index in 0..<(count ?? row.count) {
      update((row[index] as StoredValue?)?.databaseValue ?? .null)
    }
  }

  /// The digest of all that was taken in.
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

/// A value as it is stored, not null, read by the short way that GRDB has for numbers and texts and
/// not for values of any type.
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
  /// The digest of notes that are about to be stored.
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

  /// The digest of what is stored now; nil when there is no row of that number.
  func digest(_ number: Int64, _ db: Database) throws -> Int64? {
    let rows = try Row.fetchCursor(db.cachedStatement(sql: content), arguments: [number])
    var digest = SealDigest()
    // A take without notes and a round that failed have none, and a seal all the same.
    var isThere = self == .notes || self == .roundTakes
    while let row = try rows.next() {
      digest.update(row)
      isThere = true
    }
    return isThere ? digest.finish() : nil
  }

  /// The digest that was noted; nil without one.
  func sealed(_ number: Int64, _ db: Database) throws -> Int64? {
    try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT digest FROM seal WHERE kind = ? AND row = ?"),
      arguments: [rawValue, number])
  }
}

// MARK: - Sealing and looking

extension SealKind {
  /// Seals what is stored now under a number, whatever seal it had.
  func seal(_ number: Int64, as digest: Int64? = nil, _ db: Database) throws {
    guard let digest = try digest ?? self.digest(number, db) else { return }
    try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO seal (kind, row, digest) VALUES (?, ?, ?)"
    ).execute(arguments: [rawValue, number, digest])
  }

  /// Seals the rows behind the last one that is sealed, those that were added by hand included.
  func sealNew(_ db: Database) throws {
    let numbers = try Int64.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT id FROM \(table)
          WHERE id > (SELECT ifnull(max(row), 0) FROM seal WHERE kind = ?) ORDER BY id
          """), arguments: [rawValue])
    for number in numbers { try seal(number, db) }
  }

  /// Seals all that has no seal, in a library that is older than seals.
  static func sealAll(_ db: Database) throws {
    for kind in allCases where !later.contains(kind) {
      for number in try Int64.fetchAll(db, sql: kind.numbers) { try kind.seal(number, db) }
    }
  }

  /// The numbers of all that is not as it was sealed, changed, gone or without a seal; rows that were
  /// added by hand behind the last seal are not among them.
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

  /// Gives `body` the numbers of all that is to be sealed, rising, each with the digest of what is
  /// stored now.
  private func forEachDigest(_ db: Database, _ body: (Int64, Int64?) -> Void) throws {
    guard let columns else {
      for number in try Int64.fetchAll(db, sql: numbers) { body(number, try digest(number, db)) }
      return
    }
    // One pass in place of a statement for each row.
    let rows = try Row.fetchCursor(db, sql: "SELECT \(columns), id \(origin)")
    while let row = try rows.next() {
      var digest = SealDigest()
      digest.update(row, count: row.count - 1)
      body(try row.value(row.count - 1), digest.finish())
    }
  }
}
