public import Foundation
import GRDB

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

  private let pool: DatabasePool

  private init(path: String, pool: DatabasePool) {
    self.path = path
    self.pool = pool
  }

  /// Ends all work on the file; later calls throw. Needed only before the file is moved or removed.
  public func close() throws {
    try reporting("close") { try pool.close() }
  }
}

// MARK: - Opening

extension TakeLibrary {
  /// The name of a project's library in the project's folder.
  public static let fileName = "library.sqlite"

  /// Opens a library, makes it when there is no file, and brings one that an older woodshed made up
  /// to date.
  ///
  /// - Parameters:
  ///   - file: the database; its folder must be there.
  ///   - durability: what a finished write outlives.
  ///   - busyTimeoutSeconds: how long to wait for another process's write; 5 is far above what any
  ///     write of this library takes.
  /// - Throws: ``LibraryError/notALibrary(path:)`` for any other file, which is left as it is,
  ///   ``LibraryError/newer(path:migrations:)``, and what writes throw.
  public static func open(
    at file: URL, durability: Durability = .normal, busyTimeoutSeconds: Double = 5
  ) throws -> TakeLibrary {
    let path = file.path
    return try reporting("open", path) {
      var configuration = Configuration()
      configuration.label = fileName
      configuration.busyMode = .timeout(busyTimeoutSeconds)
      // This sees each connection before anything is changed in the file.
      configuration.prepareDatabase { db in try check(db, path) }
      let pool = try DatabasePool(path: path, configuration: configuration)
      // A library that is up to date is opened without writing, so that it can be while another
      // process writes.
      if try !pool.read(Schema.migrator.hasCompletedMigrations) {
        try Schema.migrator.migrate(pool)
      }
      if durability == .full {
        // GRDB sets NORMAL when it turns WAL on.
        try pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
      }
      return TakeLibrary(path: path, pool: pool)
    }
  }

  /// Refuses all but a library that this woodshed knows, and marks a file that is still empty.
  private static func check(_ db: Database, _ path: String) throws {
    let id = try Int32.fetchOne(db, sql: "PRAGMA application_id")
    if id == 0, try Int.fetchOne(db, sql: "PRAGMA schema_version") == 0 {
      guard !db.configuration.readonly else { return }
      return try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
    }
    guard id == Schema.applicationID else { throw LibraryError.notALibrary(path: path) }
    guard try !Schema.migrator.hasBeenSuperseded(db) else {
      let unknown = try Schema.migrator.appliedIdentifiers(db)
        .subtracting(Schema.migrator.migrations)
      throw LibraryError.newer(path: path, migrations: unknown.sorted())
    }
  }
}

// MARK: - Access for the other files of this module

extension TakeLibrary {
  /// Reads a state of the database that no writer disturbs.
  ///
  /// - Parameter doing: what a failure says could not be done; the library's path follows it.
  func read<Value>(_ doing: String, _ value: (Database) throws -> Value) throws -> Value {
    try reporting(doing) { try pool.read(value) }
  }

  /// Changes the database in one transaction, undone when `updates` throws.
  ///
  /// - Parameter doing: what a failure says could not be done; the library's path follows it.
  func write<Value>(_ doing: String, _ updates: (Database) throws -> Value) throws -> Value {
    try reporting(doing) { try pool.write(updates) }
  }

  private func reporting<Value>(_ doing: String, _ work: () throws -> Value) throws -> Value {
    try Self.reporting(doing, path, work)
  }

  /// Runs `work`, turning what GRDB throws into the library's own words.
  private static func reporting<Value>(
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
