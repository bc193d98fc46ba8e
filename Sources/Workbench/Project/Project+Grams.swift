import Disk
import Performance
import Rounds

extension Project {
  /// The figures of the music that the base learned from; `nil` when the template had none.
  ///
  /// - Throws: ``WorkbenchError/badSettings(path:cause:)`` for a file that is not what was written.
  func readBaseGrams() throws -> GramSet? {
    guard models.baseGrams.isFile else { return nil }
    do {
      return try GramSet(bytes: MusicFile.bytes(of: models.baseGrams))
    } catch let error as GramSetError {
      throw WorkbenchError.badSettings(path: models.baseGrams.plainPath, cause: "\(error)")
    }
  }
}
