import Disk
import Foundation
import Glibc

extension URL {
  /// The file or folder that a person names; a tilde stands for the home folder.
  ///
  /// - Parameter action: What was to be done there: the verb phrase of the error.
  /// - Throws: ``WorkbenchError/emptyPath(doing:)``; of nothing the current folder would come.
  init(
    place path: String, for action: String, directoryHint: DirectoryHint = .inferFromPath
  ) throws {
    guard !path.isEmpty else { throw WorkbenchError.emptyPath(doing: action) }
    self.init(filePath: (path as NSString).expandingTildeInPath, directoryHint: directoryHint)
  }

  /// The one MIDI file that a person names, where of a folder nobody would know which file is meant.
  ///
  /// - Parameter action: What was to be done with it: the verb phrase of the error.
  /// - Throws: ``WorkbenchError/emptyPath(doing:)``, ``WorkbenchError/noMusic(path:cause:)``.
  init(musicFile path: String, for action: String) throws {
    try self.init(place: path, for: action)
    guard !isFolder else {
      throw WorkbenchError.noMusic(path: plainPath, cause: DiskError.cause(of: EISDIR))
    }
  }
}
