import Disk
import Foundation
import Glibc
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

  /// Where a file is written that a person named, or that lies in a folder they named: what a link leads to
  /// is written, and the link stays.
  ///
  /// - Throws: ``WorkbenchError/fileSystem(action:path:cause:)`` for a pipe, a device or the like, in whose
  ///   place a file would come.
  static func target(of file: URL) throws -> URL {
    var target = file
    // As many links as the system follows; see path_resolution(7).
    for _ in 0..<40 {
      let link = try? FileManager.default.destinationOfSymbolicLink(atPath: target.plainPath)
      guard let link else { break }
      target =
        URL(
          filePath: link, relativeTo: target.absoluteURL.deletingLastPathComponent()
        ).absoluteURL
    }
    let kind = try? FileManager.default.attributesOfItem(atPath: target.plainPath)[.type]
    guard let kind = kind as? FileAttributeType, kind != .typeRegular else { return target }
    throw WorkbenchError.fileSystem(
      action: "write", path: file.plainPath,
      cause: kind == .typeDirectory ? DiskError.cause(of: EISDIR) : "it is no plain file")
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
