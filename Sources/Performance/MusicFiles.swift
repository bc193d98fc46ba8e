import Disk
package import Foundation
import Glibc

/// Finds the MIDI files in files and folders that a user names.
package enum MusicFiles {
  /// Finds MIDI files, searching folders recursively; links are followed, each folder only once.
  ///
  /// - Parameter paths: Files and folders; a tilde stands for the home folder.
  /// - Returns: The files in the order given, those of a folder in alphabetical order. Files and folders
  ///   inside one whose names begin with a dot are left out. Entries without a MIDI file stay in the list, so
  ///   that they can be reported: any path that is not a folder, a folder without MIDI files, and folders
  ///   inside one that cannot be read or whose names are not UTF-8.
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

  /// The kind of file at a path, following links; `nil` when `stat` fails.
  ///
  /// Source: inode(7).
  static func kind(of path: String) -> mode_t? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  /// Whether a file name has an extension of MIDI files.
  static func isMusic(_ name: String) -> Bool {
    ["mid", "midi", "rmi"].contains((name as NSString).pathExtension.lowercased())
  }

  /// The contents of a folder, sorted by name; bytes that are not UTF-8 become U+FFFD in names.
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

/// A recursive search of a folder.
private struct FolderSearch {
  /// The folder, with a slash at its end.
  let root: String

  /// Paths below it: MIDI files, and folders that cannot be read.
  private(set) var found: [String] = []

  /// The folders already searched, by device and inode: links may form a cycle.
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
        // A folder that exists but cannot be accessed by its path: too long, or not UTF-8.
        found.append(path)
      }
    }
  }
}
