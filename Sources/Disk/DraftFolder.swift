package import Foundation
import Glibc

/// A folder while it is filled: beside its place, under another name and closed to others, so that
/// its place holds all of it or nothing.
///
/// One that is not kept goes away with its object. What a killed process leaves behind is taken away
/// by the next one in the same folder.
package final class DraftFolder {
  /// The folder to fill.
  package let url: URL

  private let place: URL
  private var isKept = false

  /// Makes the draft of a folder, empty.
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

  /// Gives the folder its name, in one step and over nothing, and its usual permissions.
  ///
  /// - Throws: ``DiskError/cannotWrite(path:cause:)``.
  package func keep() throws(DiskError) {
    let usual = umask(0)
    umask(usual)
    // A folder with files in it is not replaced by rename(2).
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
