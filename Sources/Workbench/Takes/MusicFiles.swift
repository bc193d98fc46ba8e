import Foundation
import MIDI

/// Finds and reads the MIDI files that a person points at.
enum MusicFiles {
  /// Every MIDI file among files and, searched to the bottom, folders; in the order given, folders
  /// in alphabetical order. A path that is neither stays in the list, to be reported on.
  static func find(at paths: [String]) -> [URL] {
    paths.flatMap { path -> [URL] in
      let url = URL(filePath: (path as NSString).expandingTildeInPath)
      guard url.isFolder else { return [url] }
      let names = (try? FileManager.default.subpathsOfDirectory(atPath: url.plainPath)) ?? []
      return names.filter(isMusic).sorted().map { url.appending(path: $0) }
    }
  }

  private static func isMusic(_ name: String) -> Bool {
    let base = name.split(separator: "/").last ?? ""
    return !base.hasPrefix(".")
      && ["mid", "midi", "rmi"].contains(
        (name as NSString).pathExtension.lowercased())
  }

  /// The bytes of a file.
  ///
  /// - Throws: ``WorkbenchError/fileSystem(action:path:cause:)``.
  static func bytes(of file: URL) throws -> [UInt8] {
    do {
      return [UInt8](try Data(contentsOf: file))
    } catch let error as CocoaError {
      throw WorkbenchError.fileSystem(
        action: "read", path: file.plainPath, cause: error.plainCause)
    }
  }
}
