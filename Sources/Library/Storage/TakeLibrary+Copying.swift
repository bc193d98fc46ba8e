import Disk
public import Foundation
import GRDB

// Copies of the whole library.

extension TakeLibrary {
  /// Writes a copy of the library as it is at this moment; works while others write.
  ///
  /// It is one file, without a log beside it, as closed to others as the library, and safe on the
  /// disk when this returns.
  ///
  /// - Parameter file: where to; a file that is there is replaced, whole or not at all.
  public func copy(to file: URL) throws {
    try reporting("copy") { try Self.copy(database, path, to: file) }
  }

  /// Copies a library that an older woodshed wrote, before it is brought up to date.
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
    // The two newest are enough to go back to.
    let copies = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
      .compactMap { name in versionOfCopy(name).map { (version: $0, name: name) } }
      .sorted { $0.version > $1.version }
    for old in copies.dropFirst(2) {
      try? FileManager.default.removeItem(at: folder.appending(path: old.name))
    }
    return copy
  }

  private static func nameOfCopy(version: String) -> String { "library.\(version).sqlite" }

  /// The schema's version of a copy that was made before an update, by the file's name; nil for any
  /// other file.
  public static func versionOfCopy(_ name: String) -> Int? {
    guard name.hasPrefix("library.v"), name.hasSuffix(".sqlite") else { return nil }
    return Int(name.dropFirst("library.v".count).dropLast(".sqlite".count))
  }

  private static func copy(_ database: DatabaseQueue, _ path: String, to file: URL) throws {
    let draft = Draft(for: file)
    let part = draft.url.path
    // What a failure leaves beside it.
    defer {
      for end in Draft.companionSuffixes {
        try? FileManager.default.removeItem(atPath: part + end)
      }
    }
    // SQLite would blame the library for a folder that takes no files.
    do {
      try draft.create()
    } catch {
      throw LibraryError.noCopy(of: path, to: file.path, cause: error.cause)
    }
    let copy = try DatabaseQueue(path: part)
    // A copy that fails is thrown away: nothing needs to be undone in it.
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
