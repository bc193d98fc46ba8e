package import Foundation
import Glibc

// Places that a person names.

extension URL {
  /// The file or folder of a path as a person writes it: a tilde at its beginning stands for the home
  /// folder. Every path that a person gives comes in here.
  ///
  /// - Parameters:
  ///   - path: What was written; one that ends in "/" names a folder.
  ///   - directoryHint: Whether it names a folder, where that is known otherwise.
  ///   - base: What a path that does not begin at the root begins at; the current folder.
  package init(
    named path: String, directoryHint: DirectoryHint = .inferFromPath, relativeTo base: URL? = nil
  ) {
    self.init(
      filePath: Self.tildeExpanded(path),
      directoryHint: path.hasSuffix("/") ? .isDirectory : directoryHint, relativeTo: base)
  }

  /// Source: the Shell Command Language of POSIX, 2.6.1: "~" is `HOME`, "~anna" what the system says.
  private static func tildeExpanded(_ path: String) -> String {
    guard path == "~" || path.hasPrefix("~/"),
      let home = ProcessInfo.processInfo.environment["HOME"], home.hasPrefix("/")
    else { return (path as NSString).expandingTildeInPath }
    return home + path.dropFirst()
  }

  /// Where a file is written that a person named, or that lies in a folder they named: what a link leads
  /// to is written, and the link stays.
  ///
  /// - Throws: ``DiskError/cannotWrite(path:cause:)`` for a folder, and for a pipe, a device or the like,
  ///   in whose place a file would come.
  package func linksFollowed() throws(DiskError) -> URL {
    var target = self
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
    throw .cannotWrite(
      path: plainPath,
      cause: kind == .typeDirectory ? DiskError.cause(of: EISDIR) : "it is no plain file")
  }

  /// Sees to it that the folder is there that this file is to be written into: a stick that is not
  /// mounted is no reason to write onto the system's disk.
  ///
  /// - Throws: ``DiskError/cannotWrite(path:cause:)``.
  package func requireFolder() throws(DiskError) {
    let folder = standardizedFileURL.deletingLastPathComponent()
    guard !folder.isFolder else { return }
    throw .cannotWrite(path: plainPath, cause: "there is no folder \(folder.plainPath)")
  }

  /// Makes this folder that a person named, unless it is there: this one alone, in a folder that is
  /// there.
  ///
  /// A path that ends in "/" says that the folder is there, and none is made then.
  ///
  /// - Throws: ``DiskError/noFolder(path:)``, ``DiskError/cannotWrite(path:cause:)``,
  ///   ``DiskError/cannotMakeFolder(path:cause:)``.
  package func makeNamedFolder() throws(DiskError) {
    guard !isFolder else { return }
    guard !hasDirectoryPath else { throw .noFolder(path: plainPath) }
    try requireFolder()
    try makeFolder()
  }
}
