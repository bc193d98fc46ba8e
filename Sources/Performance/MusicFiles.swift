import Disk
package import Foundation
import Glibc

/// Finds the MIDI files that a person points at.
package enum MusicFiles {
  /// Every MIDI file among files and, searched to the bottom, folders; links are followed, each folder
  /// once.
  ///
  /// - Parameter paths: Files and folders; a tilde stands for the home folder.
  /// - Returns: The files in the order given, those of a folder in alphabetical order. Files and folders
  ///   inside one whose names begin with a dot are left out. What gives no file stays in the list, to be
  ///   reported on: a path that is no folder, a folder without MIDI files, and those inside one that are
  ///   closed or whose names are not UTF-8.
  /// - Throws: ``MusicFileError/emptyPath``.
  package static func find(at paths: [String]) throws(MusicFileError) -> [URL] {
    guard !paths.contains("") else { throw .emptyPath }
    return paths.flatMap { path -> [URL] in
      let url = URL(named: path)
      let root = url.path(percentEncoded: false)
      guard kind(of: root) == S_IFDIR else { return [url] }
      var search = FolderSearch(root: root.hasSuffix("/") ? root : root + "/")
      search.look(in: "")
      return search.found.isEmpty ? [url] : search.found.sorted().map { url.appending(path: $0) }
    }
  }

  /// The kind of file at a path, links followed; `nil` where nothing can be found out.
  ///
  /// Source: inode(7).
  static func kind(of path: String) -> mode_t? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  /// Whether a file of this name is taken for music.
  static func isMusic(_ name: String) -> Bool {
    ["mid", "midi", "rmi"].contains((name as NSString).pathExtension.lowercased())
  }

  /// What is in a folder, sorted by name; bytes that are not UTF-8 stand in names as U+FFFD.
  ///
  /// - Returns: `nil` when the folder cannot be read; `errno` says why.
  static func contents(of folder: String) -> [(name: String, isFolder: Bool)]? {
    guard let stream = unsafe opendir(folder) else { return nil }
    defer { unsafe closedir(stream) }
    var contents: [(name: String, isFolder: Bool)] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != ".", name != ".." {
        contents.append((name, unsafe Int(entry.pointee.d_type) == DT_DIR))
      }
    }
    return contents.sorted { $0.name < $1.name }
  }
}

/// A search of a folder to its bottom.
private struct FolderSearch {
  /// The folder, with a slash at its end.
  let root: String

  /// Paths below it: MIDI files, and folders that cannot be read.
  private(set) var found: [String] = []

  /// The folders that were looked in, by device and number: links may lead back.
  private var seen: Set<[UInt64]> = []

  init(root: String) { self.root = root }

  mutating func look(in folder: String) {
    var status = stat()
    if unsafe stat(root + folder, &status) == 0 {
      guard seen.insert([UInt64(status.st_dev), UInt64(status.st_ino)]).inserted else { return }
    }
    guard let contents = MusicFiles.contents(of: root + folder) else {
      if !folder.isEmpty { found.append(String(folder.dropLast())) }
      return
    }
    for (name, isFolder) in contents where !name.hasPrefix(".") {
      let path = folder + name
      let kind = MusicFiles.kind(of: root + path)
      if kind == S_IFDIR {
        look(in: path + "/")
      } else if MusicFiles.isMusic(name) || kind == nil && isFolder {
        // A folder that is there and cannot be found: it lies too deep, or its name is not UTF-8.
        found.append(path)
      }
    }
  }
}
