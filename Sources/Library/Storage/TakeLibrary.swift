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
  /// How much a finished write outlives.
  public enum Durability: String, Hashable, Sendable {
    /// A crash of the program. A power cut may undo the last writes, but never harms the file.
    case normal
    /// A power cut too: each write waits for the disk. This is what a recorder asks for.
    case full
  }

  /// Where the database lies.
  public let path: String

  /// The copy of the library that was made before this opening brought it up to date; nil when it
  /// was up to date.
  public let copyBeforeUpdate: URL?

  /// Why it can only be read, nil when it can be written.
  private let obstacle: DatabaseError?

  /// One connection, which writes nothing before it is asked to, so that reading is possible beside
  /// any writer and on a full disk; GRDB's pool of connections begins with a write.
  let database: DatabaseQueue

  /// What was looked through since it was opened.
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

  /// Ends all work on the file; there must be no later calls. Needed only before the file is moved or
  /// removed.
  public func close() throws {
    try reporting("close") { try database.close() }
  }
}

// MARK: - Access for the other files of this module

extension TakeLibrary {
  /// Reads a state of the database that no writer disturbs.
  ///
  /// - Parameter doing: what a failure says could not be done; the library's path follows it.
  func read<Value>(_ doing: String, _ value: (Database) throws -> Value) throws -> Value {
    try reporting(doing) { try database.read(value) }
  }

  /// Changes the database in one transaction, undone when `updates` throws.
  ///
  /// - Parameter doing: what a failure says could not be done; the library's path follows it.
  /// - Parameter kinds: what `updates` adds rows of that are to be sealed.
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

  /// Makes sure that the library may be written, before long work of which the result is to be
  /// stored.
  ///
  /// - Parameter doing: what a failure says could not be done; the library's path follows it.
  /// - Throws: ``LibraryError/readOnly(doing:path:)``, ``LibraryError/noFilesBeside(doing:path:)``.
  public func requireWritable(_ doing: String) throws {
    if let obstacle { throw LibraryError(obstacle, doing: doing, path: path) }
  }

  /// Does `work` unless it was done since the library was opened; what throws is not done.
  func once(_ name: String, _ work: () throws -> Void) throws {
    guard !seen.withLock({ $0.contains(name) }) else { return }
    try work()
    seen.withLock { _ = $0.insert(name) }
  }

  func reporting<Value>(_ doing: String, _ work: () throws -> Value) throws -> Value {
    try Self.reporting(doing, path, work)
  }

  /// Runs `work`, turning what GRDB throws into the library's own words.
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
