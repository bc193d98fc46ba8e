import Foundation

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
}
