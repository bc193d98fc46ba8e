package import Foundation

// What stands at a place on the disk.

extension URL {
  /// This folder and every one above it, nearest first.
  package var selfAndParents: [URL] {
    var folders = [standardizedFileURL]
    while let last = folders.last, last.path() != "/" {
      folders.append(last.deletingLastPathComponent().standardizedFileURL)
    }
    return folders
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
}
