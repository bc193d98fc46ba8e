import Disk
import Foundation
import Glibc
import Work

extension URL {
  /// The file or folder that a person names, to be read.
  ///
  /// - Parameter action: What was to be done there: the verb phrase of the error.
  /// - Throws: ``WorkbenchError/emptyPath(doing:)``; of nothing the current folder would come.
  init(place path: String, for action: String) throws {
    guard !path.isEmpty else { throw WorkbenchError.emptyPath(doing: action) }
    self.init(named: path)
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

  /// The place that a person names to have something written there.
  ///
  /// - Throws: `WrongValue` for a path of nothing, and for "-", which names no place.
  init(target path: String, of setting: Setting = .to, mustBe bounds: String) throws {
    guard !path.isEmpty, path != "-" else {
      throw WrongValue(setting, path.isEmpty ? "without a name" : path, mustBe: bounds)
    }
    self.init(named: path)
  }
}
