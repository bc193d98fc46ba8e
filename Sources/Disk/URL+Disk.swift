package import Foundation
import Glibc

// What stands at a place on the disk.

extension URL {
  /// This folder and every one above it, nearest first; none where it has no absolute path, as the
  /// current folder has none once it is removed.
  package var selfAndParents: [URL] {
    var folders = [standardizedFileURL]
    guard folders[0].path().hasPrefix("/") else { return [] }
    while let last = folders.last, last.path() != "/" {
      let parent = last.deletingLastPathComponent().standardizedFileURL
      // Each is shorter than the one before, or the walk would never end.
      guard parent.path().utf8.count < last.path().utf8.count else { break }
      folders.append(parent)
    }
    return folders
  }

  /// Whether the path begins at a current folder that has been removed, where nothing can be found or
  /// written.
  package var beginsNowhere: Bool {
    guard !path().hasPrefix("/") else { return false }
    let folder = unsafe getcwd(nil, 0)
    defer { unsafe free(folder) }
    return unsafe folder == nil
  }

  /// The path as a person would write it, without percent signs.
  package var plainPath: String {
    let path = path(percentEncoded: false)
    return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// Whether a folder is here, links followed.
  package var isFolder: Bool { kind == true }

  /// Whether something else than a folder is here, links followed.
  package var isFile: Bool { kind == false }

  /// True for a folder, false for anything else, `nil` for nothing.
  private var kind: Bool? {
    (try? resolvingSymlinksInPath().resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory
  }

  /// Why nothing can be found out about what is here, as the system numbers it: `ENOENT` for nothing,
  /// `EACCES` behind a folder that is closed. `nil` where something is here, links followed.
  package var obstacle: Int32? {
    var status = stat()
    return unsafe stat(systemPath, &status) == 0 ? nil : errno
  }

  /// The size of a file in bytes; `nil` when there is none.
  package var bytes: Int? {
    isFile ? (try? resourceValues(forKeys: [.fileSizeKey]))?.fileSize : nil
  }

  /// Whether anything is here, a link that leads nowhere included.
  package var isAnything: Bool {
    (try? FileManager.default.attributesOfItem(atPath: plainPath)) != nil
  }

  /// The names of the files inside this folder, in alphabetical order; links to files included.
  package var fileNames: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: plainPath)) ?? []
    return names.filter { appending(path: $0).isFile }.sorted()
  }

  /// Makes this folder with those above it, unless it is there.
  ///
  /// What a person names is made by ``makeNamedFolder()``.
  ///
  /// - Throws: ``DiskError/cannotMakeFolder(path:cause:)``.
  package func makeFolder() throws(DiskError) {
    do {
      try FileManager.default.createDirectory(at: self, withIntermediateDirectories: true)
    } catch {
      throw .cannotMakeFolder(
        path: plainPath,
        cause: beginsNowhere
          ? "the current folder is gone; name a path from / on" : DiskError.cause(of: error))
    }
  }

  /// How much can be written onto the disk of this folder, in bytes; `nil` where the system does not
  /// tell, and where it is more than can be counted.
  ///
  /// Source: statvfs(3).
  package var freeBytes: Int? {
    var disk = statvfs()
    guard unsafe statvfs(systemPath, &disk) == 0 else { return nil }
    let (free, overflows) = Int(clamping: disk.f_bavail)
      .multipliedReportingOverflow(by: Int(clamping: disk.f_frsize))
    return overflows ? nil : free
  }
}
