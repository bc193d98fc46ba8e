package import Foundation
import Glibc

// What is at a URL on the disk.

extension URL {
  /// This folder and all its parents, nearest first; empty without an absolute path, as when the current
  /// folder was removed.
  package var selfAndParents: [URL] {
    var folders = [standardizedFileURL]
    guard folders[0].path().hasPrefix("/") else { return [] }
    while let last = folders.last, last.path() != "/" {
      let parent = last.deletingLastPathComponent().standardizedFileURL
      // Each must be shorter than the one before, or the loop would never end.
      guard parent.path().utf8.count < last.path().utf8.count else { break }
      folders.append(parent)
    }
    return folders
  }

  /// Whether the path is relative to a current folder that has been removed.
  package var beginsNowhere: Bool {
    guard !path().hasPrefix("/") else { return false }
    let folder = unsafe getcwd(nil, 0)
    defer { unsafe free(folder) }
    return unsafe folder == nil
  }

  /// The path as a person would write it, without percent encoding and trailing slash.
  package var plainPath: String {
    let path = path(percentEncoded: false)
    return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// Whether there is a folder, following links.
  package var isFolder: Bool { kind == true }

  /// Whether there is something other than a folder, following links.
  package var isFile: Bool { kind == false }

  /// True for a folder, false for anything else, `nil` for nothing.
  private var kind: Bool? {
    (try? resolvingSymlinksInPath().resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory
  }

  /// The `errno` of `stat`: `ENOENT` if there is nothing, `EACCES` if a parent is closed; `nil` if there is
  /// something, following links.
  package var obstacle: Int32? {
    var status = stat()
    return unsafe stat(systemPath, &status) == 0 ? nil : errno
  }

  /// The size of a file in bytes; `nil` when there is none.
  package var bytes: Int? {
    isFile ? (try? resourceValues(forKeys: [.fileSizeKey]))?.fileSize : nil
  }

  /// Whether there is anything, including a broken link.
  package var isAnything: Bool {
    (try? FileManager.default.attributesOfItem(atPath: plainPath)) != nil
  }

  /// The names of the files in this folder, including links to files, in alphabetical order.
  package var fileNames: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: plainPath)) ?? []
    return names.filter { appending(path: $0).isFile }.sorted()
  }

  /// Creates this folder with its parents, unless it exists.
  ///
  /// For a folder that a user names, use ``makeNamedFolder()``.
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

  /// The free space on the disk of this folder, in bytes; `nil` if it is unknown or overflows `Int`.
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
