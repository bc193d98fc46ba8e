package import Foundation
import Glibc

/// A folder being filled under a temporary name in the same parent, closed to others, and renamed at the end,
/// so that its place holds all of it or nothing.
///
/// One that is not kept is removed with its object. That of a killed process is removed by the next one in
/// the same parent.
package final class DraftFolder {
  /// The folder to fill.
  package let url: URL

  private let place: URL
  private var isKept = false

  /// Creates an empty draft of a folder.
  ///
  /// - Throws: ``DiskError/cannotWrite(path:cause:)``.
  package init(for place: URL) throws(DiskError) {
    self.place = place
    let parent = place.deletingLastPathComponent()
    for folder in DraftName.folder.leftovers(in: parent) {
      try? FileManager.default.removeItem(at: folder)
    }
    url = parent.appending(path: DraftName.folder.fresh(), directoryHint: .isDirectory)
    guard unsafe mkdir(url.plainPath, 0o700) == 0 else {
      throw .cannotWrite(path: url.plainPath, cause: DiskError.cause(of: errno))
    }
  }

  /// Renames the folder to its place atomically, and gives it its usual permissions; an existing folder with
  /// contents is not replaced.
  ///
  /// - Throws: ``DiskError/cannotWrite(path:cause:)``.
  package func keep() throws(DiskError) {
    let usual = umask(0)
    umask(usual)
    // rename(2) does not replace a folder that is not empty.
    guard unsafe chmod(url.plainPath, 0o777 & ~usual) == 0,
      unsafe rename(url.plainPath, place.plainPath) == 0
    else {
      throw .cannotWrite(path: place.plainPath, cause: DiskError.cause(of: errno))
    }
    isKept = true
  }

  deinit {
    if !isKept { try? FileManager.default.removeItem(at: url) }
  }
}
