import Disk
public import Foundation
import GRDB

// Copies of the whole library.

extension TakeLibrary {
  /// Writes a copy of the library as it is at this moment; other processes may write meanwhile.
  ///
  /// The copy is one file without a log beside it, has the library's permissions, and is synced to disk when
  /// this returns.
  ///
  /// - Parameter file: where to; an existing file is replaced atomically.
  public func copy(to file: URL) throws {
    try reporting("copy") { try Self.copy(database, path, to: file) }
  }

  /// Copies a library that an older woodshed wrote, before it is migrated.
  ///
  /// - Returns: the copy; nil when the library is new or up to date.
  static func copyBeforeUpdate(of database: DatabaseQueue, at path: String) throws -> URL? {
    let applied = try database.read(Schema.migrator.appliedMigrations)
    guard let version = applied.last?.split(separator: " ").first,
      applied != Schema.migrator.migrations
    else { return nil }
    let library = URL(filePath: path)
    let folder = library.deletingLastPathComponent()
    let copy = folder.appending(path: nameOfCopy(version: "\(version)"))
    try Self.copy(database, path, to: copy)
    // Only the two newest copies are kept.
    let copies = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
      .compactMap { name in versionOfCopy(name).map { (version: $0, name: name) } }
      .sorted { $0.version > $1.version }
    for old in copies.dropFirst(2) {
      try? FileManager.default.removeItem(at: folder.appending(path: old.name))
    }
    return copy
  }

  private static func nameOfCopy(version: String) -> String { "library.\(version).sqlite" }

  /// The schema version in the file name of a copy that was made before a migration; nil for any other file.
  public static func versionOfCopy(_ name: String) -> Int? {
    guard name.hasPrefix("library.v"), name.hasSuffix(".sqlite") else { return nil }
    return Int(name.dropFirst("library.v".count).dropLast(".sqlite".count))
  }

  private static func copy(_ database: DatabaseQueue, _ path: String, to file: URL) throws {
    let draft = Draft(for: file)
    let part = draft.url.path
    // Remove what a failure leaves beside it.
    defer {
      for end in Draft.companionSuffixes {
        try? FileManager.default.removeItem(atPath: part + end)
      }
    }
    // Created first, since SQLite would report an error of the target folder as one of the library.
    do {
      try draft.create()
    } catch {
      throw LibraryError.noCopy(of: path, to: file.path, cause: error.cause)
    }
    let copy = try DatabaseQueue(path: part)
    // A failed copy is thrown away, so it needs no journal on disk.
    try copy.inDatabase { db in
      try db.execute(sql: "PRAGMA journal_mode = MEMORY")
    }
    try database.backup(to: copy)
    try copy.inDatabase { db in
      try db.execute(sql: "PRAGMA journal_mode = DELETE")
    }
    try copy.close()
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    if let mode = attributes?[.posixPermissions] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: draft.url.path)
    }
    do {
      try draft.keep()
    } catch {
      throw LibraryError.noCopy(of: path, to: file.path, cause: error.cause)
    }
  }
}
