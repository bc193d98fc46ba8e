package import Foundation
import Glibc

// Paths that a user names.

extension URL {
  /// The file or folder at a path as a user writes it, with a tilde at the beginning for the home folder. To
  /// be used for every path that a user gives.
  ///
  /// - Parameters:
  ///   - path: The path; one that ends in "/" names a folder.
  ///   - directoryHint: Whether it names a folder, if that is known otherwise.
  ///   - base: The folder that a relative path starts from; by default the current folder.
  package init(
    named path: String, directoryHint: DirectoryHint = .inferFromPath, relativeTo base: URL? = nil
  ) {
    self.init(
      filePath: Self.tildeExpanded(path),
      directoryHint: path.hasSuffix("/") ? .isDirectory : directoryHint, relativeTo: base)
  }

  /// Expands a tilde at the beginning.
  ///
  /// Source: the Shell Command Language of POSIX, 2.6.1: "~" is `HOME`, "~anna" is looked up in the system.
  private static func tildeExpanded(_ path: String) -> String {
    guard path == "~" || path.hasPrefix("~/"),
      let home = ProcessInfo.processInfo.environment["HOME"], home.hasPrefix("/")
    else { return (path as NSString).expandingTildeInPath }
    return home + path.dropFirst()
  }

  /// The target for writing a file that a user named: links are followed, so that the link stays and its
  /// destination is written.
  ///
  /// - Throws: ``DiskError/cannotWrite(path:cause:)`` for a folder, a pipe, a device or the like, which a
  ///   file must not replace.
  package func linksFollowed() throws(DiskError) -> URL {
    var target = self
    // The limit of links that the system follows; see path_resolution(7).
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

  /// Checks that the parent folder exists; it is not created, since it may be on a disk that is not mounted.
  ///
  /// - Throws: ``DiskError/cannotWrite(path:cause:)``.
  package func requireFolder() throws(DiskError) {
    let folder = standardizedFileURL.deletingLastPathComponent()
    guard !folder.isFolder else { return }
    throw .cannotWrite(path: plainPath, cause: "there is no folder \(folder.plainPath)")
  }

  /// Creates this folder that a user named, unless it exists; its parent must exist.
  ///
  /// A path that ends in "/" means an existing folder, which is not created.
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
