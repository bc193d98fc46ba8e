import Disk
public import Foundation
import GRDB
import Glibc

// Opening a library: new, current, older or read-only; and refusing files that are not a library.

extension TakeLibrary {
  /// The name of a project's library in the project's folder.
  public static let fileName = "library.sqlite"

  /// Opens a library, creates it when there is no file, and migrates one that an older woodshed wrote, of
  /// which a copy is kept beside it as `library.v3.sqlite`.
  ///
  /// Opening a current library writes nothing, so it can be read on a read-only or full disk or without
  /// permission to write.
  ///
  /// - Parameters:
  ///   - file: the database; its folder must exist.
  ///   - mustExist: whether to refuse a missing or empty file. An existing project must have its library;
  ///     creating a new one would hide the loss.
  ///   - durability: which failures a finished write survives.
  ///   - busyTimeoutSeconds: how long to wait for another process's write; 5 is far longer than any write of
  ///     this library takes.
  /// - Throws: ``LibraryError/missing(path:)``, ``LibraryError/empty(path:)``,
  ///   ``LibraryError/closed(doing:path:)``, ``LibraryError/notALibrary(path:)`` for any other file, which is
  ///   left as it is, ``LibraryError/newer(path:migrations:)``, ``LibraryError/olderAndReadOnly(path:)``,
  ///   ``LibraryError/brokenOffAndReadOnly(path:)``, and what writes throw.
  public static func open(
    at file: URL, mustExist: Bool = false, durability: Durability = .normal,
    busyTimeoutSeconds: Double = 5
  ) throws -> TakeLibrary {
    let path = file.path
    if mustExist {
      guard file.obstacle != ENOENT else { throw LibraryError.missing(path: path) }
      guard file.bytes != 0 else { throw LibraryError.empty(path: path) }
    }
    return try reporting("open", path) {
      var configuration = Configuration()
      configuration.label = fileName
      configuration.busyMode = .timeout(busyTimeoutSeconds)
      // Runs on each new connection, before anything in the file is changed.
      configuration.prepareDatabase { db in try check(db, path) }
      if isReadOnly(path) {
        return try openForReading(path, configuration, DatabaseError(resultCode: .SQLITE_READONLY))
      }
      let database: DatabaseQueue
      do {
        database = try DatabaseQueue(path: path, configuration: configuration)
      } catch let error as DatabaseError where error.isOfFilesBeside {
        guard let library = try? openForReading(path, configuration, error) else { throw error }
        return library
      }
      let copy = try copyBeforeUpdate(of: database, at: path)
      try bringUpToDate(database)
      try database.inDatabase { db in
        try db.execute(sql: "PRAGMA synchronous = \(durability.rawValue)")
      }
      return TakeLibrary(path: path, database: database, copyBeforeUpdate: copy)
    }
  }

  /// Opens a library only to look into it: nothing is written, and one that an older woodshed wrote stays as it is.
  ///
  /// - Throws: ``LibraryError/notALibrary(path:)``, ``LibraryError/newer(path:migrations:)``,
  ///   ``LibraryError/olderAndReadOnly(path:)``, ``LibraryError/closed(doing:path:)``.
  public static func openReadOnly(at file: URL) throws -> TakeLibrary {
    let path = file.path
    return try reporting("open", path) {
      var configuration = Configuration()
      configuration.label = fileName
      configuration.prepareDatabase { db in try check(db, path) }
      return try openForReading(
        path, configuration, DatabaseError(resultCode: .SQLITE_READONLY))
    }
  }

  /// Refuses files that are not a library of this or an older woodshed, and sets the
  /// application id of an empty file.
  ///
  /// `cell_size_check` makes SQLite validate pages, since the file may be foreign or damaged.
  ///
  /// Source: https://www.sqlite.org/security.html
  private static func check(_ db: Database, _ path: String) throws {
    try db.execute(sql: "PRAGMA cell_size_check = ON")
    var isEmpty = false
    // In a transaction, so that a library that another process is creating is never seen half-made.
    try db.inTransaction(.deferred) {
      let id = try Int32.fetchOne(db, sql: "PRAGMA application_id")
      isEmpty = try id == 0 && Int.fetchOne(db, sql: "PRAGMA schema_version") == 0
      guard !isEmpty else { return .commit }
      guard id == Schema.applicationID else { throw LibraryError.notALibrary(path: path) }
      guard try !Schema.migrator.hasBeenSuperseded(db) else {
        let unknown = try Schema.migrator.appliedIdentifiers(db)
          .subtracting(Schema.migrator.migrations)
        throw LibraryError.newer(path: path, migrations: unknown.sorted())
      }
      return .commit
    }
    if isEmpty, !db.configuration.readonly {
      try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
    }
  }

  /// Switches to WAL mode and migrates, if needed.
  ///
  /// Two processes may do this at once: the one that fails because the other has just done a step looks again
  /// at what is left.
  private static func bringUpToDate(_ database: DatabaseQueue) throws {
    func state() throws -> [String] {
      try database.read { db in
        let mode = try String.fetchAll(db, sql: "PRAGMA journal_mode")
        return try mode + Schema.migrator.appliedIdentifiers(db).sorted()
      }
    }
    var before = try state()
    while before != ["wal"] + Schema.migrator.migrations.sorted() {
      do {
        try database.inDatabase { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
        try Schema.migrator.migrate(database)
      } catch let error as DatabaseError {
        let now = try state()
        guard now != before else { throw error }
        before = now
        continue
      }
      return
    }
  }
}

// MARK: - Read-only libraries

extension TakeLibrary {
  /// Whether there is a file at `path` that this process cannot write.
  ///
  /// The folder must be writable too, since SQLite creates a log and its index beside the database.
  private static func isReadOnly(_ path: String) -> Bool {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    let files = FileManager.default
    return files.fileExists(atPath: path)
      && !(files.isWritableFile(atPath: path) && files.isWritableFile(atPath: folder))
  }

  /// Opens a library without writing anything.
  ///
  /// While another process has it open, SQLite reads the log and its index beside it. Without a log the file
  /// is complete and is opened as `immutable`: SQLite would otherwise try to create a log, and fail.
  ///
  /// Source: https://www.sqlite.org/wal.html#readonly, https://www.sqlite.org/uri.html#uriimmutable
  private static func openForReading(
    _ path: String, _ configuration: Configuration, _ obstacle: DatabaseError
  ) throws -> TakeLibrary {
    var configuration = configuration
    configuration.readonly = true
    let log = try? FileManager.default.attributesOfItem(atPath: path + "-wal")
    let isWhole = (log?[.size] as? Int ?? 0) == 0
    let address = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
    let database: DatabaseQueue
    do {
      database = try DatabaseQueue(
        path: isWhole ? "file:\(address)?immutable=1" : path, configuration: configuration)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
      throw isWhole ? error : LibraryError.brokenOffAndReadOnly(path: path)
    }
    guard try database.read(Schema.migrator.hasCompletedMigrations) else {
      throw LibraryError.olderAndReadOnly(path: path)
    }
    return TakeLibrary(path: path, database: database, obstacle: obstacle)
  }
}

extension DatabaseError {
  /// Whether SQLite cannot create the files beside a database, the log and its index.
  var isOfFilesBeside: Bool {
    resultCode == .SQLITE_CANTOPEN
      || [.SQLITE_IOERR_SHMOPEN, .SQLITE_IOERR_SHMSIZE, .SQLITE_IOERR_SHMMAP]
        .contains(extendedResultCode)
  }
}
