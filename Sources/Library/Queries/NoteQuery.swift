import Foundation
import GRDBSQLite
public import MIDI
import Synchronization

/// A query of a stranger's over the notes of a piece of music, in a database of its own in memory.
///
/// ```sql
/// SELECT avg(velocity) FROM note WHERE start > 2
/// ```
///
/// It sees the tables `note(start, end, pitch, velocity)` and, of music to compare with, `reference` of the
/// same columns, times in seconds; and `music(seconds, new)`, how long the music is and how much of that was
/// not in the call before. It is one statement that reads: whatever would write, open another file, load code or draw
/// at random is refused.
public final class NoteQuery: Sendable {
  /// Music as a query sees it.
  public struct Music: Sendable {
    /// Its notes.
    public var notes: [Note]
    /// How long it is, in seconds.
    public var seconds: Double
    /// How many of the last seconds are new.
    public var newSeconds: Double

    /// Music of these notes.
    public init(notes: [Note], seconds: Double, newSeconds: Double) {
      self.notes = notes
      self.seconds = seconds
      self.newSeconds = newSeconds
    }
  }

  private let connection: Mutex<NoteDatabase>

  /// A query of this text.
  ///
  /// - Throws: ``LibraryError/query(cause:)`` if it is not one statement that reads.
  public init(_ text: String) throws {
    connection = Mutex(try NoteDatabase(text))
  }

  /// Sets the music that the query finds in the table `reference`.
  ///
  /// - Throws: ``LibraryError/query(cause:)``.
  public func setReference(_ notes: [Note]) throws {
    try connection.withLock { try $0.fill(.reference, with: notes) }
  }

  /// The number that the query gives for each piece of music.
  ///
  /// - Parameter seconds: How long all of it may take.
  /// - Throws: ``LibraryError/query(cause:)`` if it gives no number or takes too long.
  public func numbers(of music: [Music], within seconds: Double) throws -> [Double] {
    try connection.withLock { connection in
      connection.allow(seconds: seconds)
      return try music.map { try connection.number(of: $0) }
    }
  }
}

/// The connection of a ``NoteQuery`` by SQLite's C interface: GRDB has an authorizer of its own, and a statement
/// that is not trusted needs another.
///
/// Source: https://www.sqlite.org/security.html, https://www.sqlite.org/c3ref/set_authorizer.html
@safe private final class NoteDatabase {
  enum Table: Int {
    case note, reference

    var name: String { self == .note ? "note" : "reference" }
  }

  /// What SQLite is told while it works.
  private final class Watch {
    /// When the query has to be done.
    var end = ContinuousClock.now
    var isPast: Bool { ContinuousClock.now > end }
    /// Whether it works for the stranger, not for woodshed: a statement may be compiled again when it is run.
    var isStranger = false
  }

  private let database: OpaquePointer
  private var statements: [OpaquePointer] = unsafe []
  private let watch = Watch()
  private var limit = 0.0

  /// The most bytes of a value or of the statement.
  private static let longestValue: Int32 = 10_000_000

  init(_ text: String) throws {
    var opened: OpaquePointer?
    let code = unsafe sqlite3_open_v2(
      ":memory:", &opened,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nil)
    guard let opened = unsafe opened else {
      throw LibraryError.query(cause: "there is no memory for a database")
    }
    unsafe database = opened
    guard code == SQLITE_OK else { throw failure() }
    unsafe sqlite3_limit(database, SQLITE_LIMIT_LENGTH, Self.longestValue)
    unsafe sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0)
    for table in ["note", "reference"] {
      try execute(
        "CREATE TABLE \(table)(start REAL, \"end\" REAL, pitch INTEGER, velocity INTEGER)")
      // Pairs of notes that are near each other are what queries of music are about.
      try execute("CREATE INDEX \(table)ByStart ON \(table)(start)")
    }
    try execute("CREATE TABLE music(seconds REAL, new REAL)")
    // What woodshed itself says.
    for sql in [
      "INSERT INTO note VALUES(?1, ?2, ?3, ?4)", "INSERT INTO reference VALUES(?1, ?2, ?3, ?4)",
      "DELETE FROM note", "DELETE FROM reference", "INSERT INTO music VALUES(?1, ?2)",
      "DELETE FROM music", "BEGIN", "COMMIT",
    ] { unsafe statements.append(try prepare(sql)) }
    unsafe sqlite3_set_authorizer(
      database,
      { context, action, _, function, _, _ in
        guard let context = unsafe context else { return SQLITE_DENY }
        let watch = unsafe Unmanaged<Watch>.fromOpaque(context).takeUnretainedValue()
        return watch.isStranger ? unsafe authorize(action, function) : SQLITE_OK
      }, Unmanaged.passUnretained(watch).toOpaque())
    unsafe sqlite3_progress_handler(
      database, 1000,
      { context in
        guard let context = unsafe context else { return 1 }
        return unsafe Unmanaged<Watch>.fromOpaque(context).takeUnretainedValue().isPast ? 1 : 0
      }, Unmanaged.passUnretained(watch).toOpaque())
    allow(seconds: 2)
    unsafe statements.append(try asStranger { unsafe try prepare(text) })
    guard unsafe sqlite3_column_count(statements[Self.query]) == 1 else {
      throw LibraryError.query(
        cause: "it must be one SELECT that gives one number, and gives "
          + "\(unsafe sqlite3_column_count(statements[Self.query])) columns")
    }
    guard unsafe sqlite3_bind_parameter_count(statements[Self.query]) == 0 else {
      throw LibraryError.query(cause: "it has parameters, which nothing fills in")
    }
  }

  deinit {
    unsafe statements.forEach { unsafe sqlite3_finalize($0) }
    unsafe sqlite3_close_v2(database)
  }

  private static let query = 8

  func allow(seconds: Double) {
    limit = seconds
    watch.end = ContinuousClock.now + .seconds(seconds)
  }

  func number(of music: NoteQuery.Music) throws -> Double {
    try fill(.note, with: music.notes)
    try run(5)
    unsafe sqlite3_bind_double(statements[4], 1, music.seconds)
    unsafe sqlite3_bind_double(statements[4], 2, music.newSeconds)
    try run(4)
    return try asStranger { try answer(music) }
  }

  /// Runs the query, after its tables were filled.
  private func answer(_ music: NoteQuery.Music) throws -> Double {
    let statement = unsafe statements[Self.query]
    defer { unsafe sqlite3_reset(statement) }
    guard unsafe sqlite3_step(statement) == SQLITE_ROW else {
      throw unsafe sqlite3_errcode(database) == SQLITE_DONE
        ? LibraryError.query(cause: "it gives no row" + of(music)) : failure()
    }
    let type = unsafe sqlite3_column_type(statement, 0)
    let value = unsafe sqlite3_column_double(statement, 0)
    guard type == SQLITE_INTEGER || type == SQLITE_FLOAT, value.isFinite else {
      throw LibraryError.query(
        cause: type == SQLITE_NULL
          ? "it gives NULL" + of(music) + "; say with coalesce what that is"
          : "it gives something that is no number" + of(music))
    }
    switch unsafe sqlite3_step(statement) {
    case SQLITE_DONE: return value
    case SQLITE_ROW: throw LibraryError.query(cause: "it gives more than one row" + of(music))
    default: throw failure()
    }
  }

  private func asStranger<Result>(_ work: () throws -> Result) rethrows -> Result {
    watch.isStranger = true
    defer { watch.isStranger = false }
    return try work()
  }

  private func of(_ music: NoteQuery.Music) -> String {
    " for music of \(music.notes.count) notes"
  }

  func fill(_ table: Table, with notes: [Note]) throws {
    try run(6)
    try run(2 + table.rawValue)
    let statement = unsafe statements[table.rawValue]
    for note in notes {
      unsafe sqlite3_bind_double(statement, 1, Double(note.start) / 1e9)
      unsafe sqlite3_bind_double(statement, 2, Double(note.end) / 1e9)
      unsafe sqlite3_bind_int64(statement, 3, Int64(note.pitch))
      unsafe sqlite3_bind_int64(statement, 4, Int64(note.velocity))
      try run(table.rawValue)
    }
    try run(7)
  }

  // MARK: - SQLite

  private func run(_ number: Int) throws {
    let stepped = unsafe sqlite3_step(statements[number])
    let error = stepped == SQLITE_DONE ? nil : failure()
    unsafe sqlite3_reset(statements[number])
    if let error {
      // A transaction that was begun must not stay open.
      unsafe sqlite3_step(statements[7])
      unsafe sqlite3_reset(statements[7])
      throw error
    }
  }

  private func execute(_ sql: String) throws {
    let statement = unsafe try prepare(sql)
    defer { unsafe sqlite3_finalize(statement) }
    guard unsafe sqlite3_step(statement) == SQLITE_DONE else { throw failure() }
  }

  private func prepare(_ sql: String) throws -> OpaquePointer {
    let bytes = Array(sql.utf8)
    guard !bytes.contains(0) else { throw LibraryError.query(cause: "it is not text") }
    guard bytes.count < Int(Self.longestValue) else {
      throw LibraryError.query(cause: "it is too long")
    }
    var statement: OpaquePointer?
    var rest = ""
    let code = unsafe sql.withCString { start in
      var end: UnsafePointer<CChar>?
      let code = unsafe sqlite3_prepare_v2(database, start, -1, &statement, &end)
      if let end = unsafe end { rest = unsafe String(cString: end) }
      return code
    }
    guard code == SQLITE_OK else { throw failure() }
    guard let statement = unsafe statement else {
      throw LibraryError.query(cause: "it holds no statement")
    }
    guard Self.isBlank(rest) else {
      unsafe sqlite3_finalize(statement)
      throw LibraryError.query(cause: "it holds more than one statement")
    }
    return unsafe statement
  }

  /// Whether nothing but comments, blanks and semicolons is left.
  private static func isBlank(_ rest: String) -> Bool {
    rest.replacing(#/--[^\n]*/#, with: "").replacing(#/\/\*[\s\S]*?(?:\*\/|$)/#, with: "")
      .allSatisfy { $0.isWhitespace || $0 == ";" }
  }

  private func failure() -> LibraryError {
    let code = unsafe sqlite3_errcode(database)
    if code == SQLITE_INTERRUPT {
      return .query(cause: "it takes longer than \(limit.formatted()) s")
    }
    if code == SQLITE_AUTH || message.hasPrefix("not authorized") {
      return .query(cause: "it may only read the notes (\(message))")
    }
    return .query(cause: message)
  }

  private var message: String {
    unsafe sqlite3_errmsg(database).map { unsafe String(cString: $0) } ?? "SQLite failed"
  }
}

/// Whether a statement may do something: read, and call what always gives the same.
private func authorize(_ action: Int32, _ function: UnsafePointer<CChar>?) -> Int32 {
  switch action {
  case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: return SQLITE_OK
  case SQLITE_FUNCTION:
    let name = unsafe function.map { unsafe String(cString: $0).lowercased() } ?? ""
    return ["load_extension", "random", "randomblob"].contains(name) ? SQLITE_DENY : SQLITE_OK
  default: return SQLITE_DENY
  }
}
