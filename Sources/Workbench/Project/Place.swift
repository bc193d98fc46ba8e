import Disk
import Foundation
import Glibc
import Work

extension URL {
  /// The file or folder that a person names, to be read.
  ///
  /// - Parameter action: What was to be done there: the verb phrase of the error.
  /// - Throws: ``WorkbenchError/emptyPath(doing:)``, since an empty path would mean the current folder.
  init(place path: String, for action: String) throws {
    guard !path.isEmpty else { throw WorkbenchError.emptyPath(doing: action) }
    self.init(named: path)
  }

  /// The MIDI file that a person names, which must not be a folder: it would not say which file is meant.
  ///
  /// - Parameter action: What was to be done with it: the verb phrase of the error.
  /// - Throws: ``WorkbenchError/emptyPath(doing:)``, ``WorkbenchError/noMusic(path:cause:)``.
  init(musicFile path: String, for action: String) throws {
    try self.init(place: path, for: action)
    guard !isFolder else {
      throw WorkbenchError.noMusic(path: plainPath, cause: DiskError.cause(of: EISDIR))
    }
  }

  /// The file or folder that a person names, to be written.
  ///
  /// - Throws: `WrongValue` for an empty path, and for "-", which names no file.
  init(target path: String, of setting: Setting = .to, mustBe bounds: String) throws {
    guard !path.isEmpty, path != "-" else {
      throw WrongValue(setting, path.isEmpty ? "without a name" : path, mustBe: bounds)
    }
    self.init(named: path)
  }
}
