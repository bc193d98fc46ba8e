public import Foundation
import GRDB
import Synchronization

/// The database of one project: its sessions, takes, verdicts and rounds in `library.sqlite`.
///
/// ```swift
/// let library = try TakeLibrary.open(at: folder.appending(path: "library.sqlite"))
/// for take in try library.takes(matching: TakeQuery(limit: 20)) {
///   print(take.number, take.origin, take.nanoseconds)
/// }
/// ```
///
/// Each method that writes is one transaction: all of it is stored or nothing. Many processes may
/// read while one writes. All methods throw ``LibraryError``.
public final class TakeLibrary: Sendable {
  /// Which failures a finished write survives.
  public enum Durability: String, Hashable, Sendable {
    /// A crash of the program. A power cut may undo the last writes, but never damages the file.
    case normal
    /// A power cut too: each write waits for the disk. Used for recording.
    case full
  }

  /// The path of the database.
  public let path: String

  /// The copy that was made before opening migrated the library; nil if it needed no migration.
  public let copyBeforeUpdate: URL?

  /// Why it is read-only; nil when it can be written.
  private let obstacle: DatabaseError?

  /// A single connection: GRDB's `DatabasePool` begins with a write, which would prevent reading beside a
  /// writer and on a full disk.
  let database: DatabaseQueue

  /// The checks already done since it was opened.
  private let seen = Mutex<Set<String>>([])

  init(
    path: String, database: DatabaseQueue, obstacle: DatabaseError? = nil,
    copyBeforeUpdate: URL? = nil
  ) {
    self.path = path
    self.database = database
    self.obstacle = obstacle
    self.copyBeforeUpdate = copyBeforeUpdate
  }

  /// Closes the database; there must be no later calls. Needed only before the file is moved or removed.
  public func close() throws {
    try reporting("close") { try database.close() }
  }
}

// MARK: - Access for the other files of this module

extension TakeLibrary {
  /// Reads a snapshot of the database, isolated from writers.
  ///
  /// - Parameter doing: the verb phrase of an error message, followed by the library's path.
  func read<Value>(_ doing: String, _ value: (Database) throws -> Value) throws -> Value {
    try reporting(doing) { try database.read(value) }
  }

  /// Changes the database in one transaction, rolled back when `updates` throws.
  ///
  /// - Parameter doing: the verb phrase of an error message, followed by the library's path.
  /// - Parameter kinds: the kinds of records that `updates` adds, which are sealed in the same transaction.
  func write<Value>(
    _ doing: String, sealing kinds: [SealKind] = [], _ updates: (Database) throws -> Value
  ) throws -> Value {
    try requireWritable(doing)
    return try reporting(doing) {
      try database.write { db in
        let value = try updates(db)
        for kind in kinds { try kind.sealNew(db) }
        return value
      }
    }
  }

  /// Checks that the library can be written, before long work whose result is to be stored.
  ///
  /// - Parameter doing: the verb phrase of an error message, followed by the library's path.
  /// - Throws: ``LibraryError/readOnly(doing:path:)``, ``LibraryError/noFilesBeside(doing:path:)``.
  public func requireWritable(_ doing: String) throws {
    if let obstacle { throw LibraryError(obstacle, doing: doing, path: path) }
  }

  /// Does `work` unless it has succeeded since the library was opened.
  func once(_ name: String, _ work: () throws -> Void) throws {
    guard !seen.withLock({ $0.contains(name) }) else { return }
    try work()
    seen.withLock { _ = $0.insert(name) }
  }

  func reporting<Value>(_ doing: String, _ work: () throws -> Value) throws -> Value {
    try Self.reporting(doing, path, work)
  }

  /// Runs `work`, translating GRDB's errors into ``LibraryError``.
  static func reporting<Value>(
    _ doing: String, _ path: String, _ work: () throws -> Value
  ) throws -> Value {
    do {
      return try work()
    } catch let error as DatabaseError {
      throw LibraryError(error, doing: doing, path: path)
    }
  }

  /// Throws ``LibraryError/noSuch(table:number:path:)`` unless `table` has a row `id`.
  func require(_ table: String, _ id: Int64, _ db: Database) throws {
    let count = try Int.fetchOne(
      db, sql: "SELECT count(*) FROM \(table) WHERE id = ?", arguments: [id])
    guard count == 1 else { throw LibraryError.noSuch(table: table, number: id, path: path) }
  }
}
