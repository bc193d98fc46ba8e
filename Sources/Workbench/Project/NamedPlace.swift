import Disk
import Foundation
import Work

/// A place that a person names to have something written there.
///
/// What is above it must be there: a stick that is not mounted is no reason to write onto the system's disk.
enum NamedPlace {
  /// The place of a path, whose "~" is the home folder.
  ///
  /// - Throws: `WrongValue` for a path of nothing, and for "-", which names no place.
  static func url(_ path: String, of setting: Setting = .to, mustBe bounds: String) throws -> URL {
    guard !path.isEmpty, path != "-" else {
      throw WrongValue(setting, path.isEmpty ? "without a name" : path, mustBe: bounds)
    }
    return URL(filePath: (path as NSString).expandingTildeInPath)
  }
}

extension Project {
  /// Sees to it that the folder is there into which a file is to be written.
  ///
  /// - Throws: ``WorkbenchError/fileSystem(action:path:cause:)``.
  static func requireFolder(of file: URL) throws {
    let folder = file.standardizedFileURL.deletingLastPathComponent()
    guard !folder.isFolder else { return }
    throw WorkbenchError.fileSystem(
      action: "write", path: file.plainPath, cause: "there is no folder \(folder.plainPath)")
  }

  /// Makes a folder that a person named, unless it is there: this one alone, in a folder that is there.
  ///
  /// A path that ends in "/" says that the folder is there, and none is made then.
  ///
  /// - Throws: ``WorkbenchError/fileSystem(action:path:cause:)``.
  static func makeFolder(named path: String) throws {
    let folder = URL(filePath: (path as NSString).expandingTildeInPath)
    guard !folder.isFolder else { return }
    guard !path.hasSuffix("/") else {
      throw WorkbenchError.fileSystem(
        action: "write into", path: folder.plainPath, cause: "there is no such folder")
    }
    try requireFolder(of: folder)
    try makeFolder(folder)
  }
}
