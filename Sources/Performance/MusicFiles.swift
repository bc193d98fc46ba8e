package import Foundation

/// Finds the MIDI files that a person points at.
package enum MusicFiles {
  /// Every MIDI file among files and, searched to the bottom, folders.
  ///
  /// - Parameter paths: Files and folders; a tilde stands for the home folder.
  /// - Returns: The files in the order given, those of a folder in alphabetical order, hidden ones
  ///   left out. A path that is no folder stays in the list, to be reported on.
  package static func find(at paths: [String]) -> [URL] {
    paths.flatMap { path -> [URL] in
      let url = URL(filePath: (path as NSString).expandingTildeInPath)
      guard isFolder(url) else { return [url] }
      let names =
        (try? FileManager.default.subpathsOfDirectory(atPath: url.path(percentEncoded: false)))
        ?? []
      return names.filter(isMusic).sorted().map { url.appending(path: $0) }
    }
  }

  /// Whether a folder is there, links followed.
  private static func isFolder(_ url: URL) -> Bool {
    (try? url.resolvingSymlinksInPath().resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory
      == true
  }

  private static func isMusic(_ name: String) -> Bool {
    let base = name.split(separator: "/").last ?? ""
    return !base.hasPrefix(".")
      && ["mid", "midi", "rmi"].contains((name as NSString).pathExtension.lowercased())
  }
}
