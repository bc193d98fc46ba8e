import Disk
import Foundation

/// A lock on work that only one process at a time may do in a project; it is released when the process ends,
/// however it ends. All other work is still possible.
final class ProjectLock: Sendable {
  /// A kind of work that only one process at a time may do.
  enum Work: String {
    /// A second recorder would finish the take that the first one records.
    case recording
    /// A second tuning would overwrite the unfinished run and the weights of the first one.
    case tuning

    /// What cannot be done to the project while the lock is held: a verb phrase for the error.
    fileprivate var doing: String { self == .recording ? "record into" : "tune" }
  }

  private let lock: FileLock

  /// - Parameter doing: What cannot be done to the project while another does that work; the work itself without
  ///   it.
  /// - Throws: ``WorkbenchError/atWork(doing:project:holder:)``,
  ///   ``WorkbenchError/fileSystem(action:path:cause:)``.
  init(of project: Project, for work: Work, doing: String? = nil) throws {
    do {
      lock = try FileLock(at: project.folder.appending(path: ".\(work.rawValue)"))
    } catch .held(_, let holder) {
      throw WorkbenchError.atWork(
        doing: doing ?? work.doing, project: project.settings.name, holder: holder?.description)
    } catch {
      throw WorkbenchError.fileSystem(
        action: doing ?? work.doing, path: project.folder.plainPath, cause: error.cause)
    }
  }
}
