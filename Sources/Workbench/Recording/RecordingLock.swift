import Foundation
import Glibc

/// Keeps a second recorder away from a project; let go when the process ends, however it ends.
final class RecordingLock: Sendable {
  private let file: FileHandle

  /// - Throws: ``WorkbenchError/alreadyRecording(project:)``,
  ///   ``WorkbenchError/fileSystem(action:path:cause:)``.
  init(of project: Project) throws {
    let path = project.folder.appending(path: ".recording").plainPath
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(atPath: path, contents: nil)
    }
    guard let file = FileHandle(forUpdatingAtPath: path) else {
      throw WorkbenchError.fileSystem(
        action: "record into", path: project.folder.plainPath,
        cause: "the folder is closed to you, or read-only")
    }
    guard flock(file.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw WorkbenchError.alreadyRecording(project: project.settings.name)
    }
    self.file = file
  }

  deinit { try? file.close() }
}
