import Disk
import Performance
import Rounds

extension Project {
  /// The figures (`NoteGrams`) of the music that the base was trained on; `nil` if the template had none.
  ///
  /// - Throws: ``WorkbenchError/badSettings(path:cause:)`` if the file is damaged.
  func readBaseGrams() throws -> GramSet? {
    guard models.baseGrams.isFile else { return nil }
    do {
      return try GramSet(bytes: MusicFile.bytes(of: models.baseGrams))
    } catch let error as GramSetError {
      throw WorkbenchError.badSettings(path: models.baseGrams.plainPath, cause: "\(error)")
    }
  }
}
