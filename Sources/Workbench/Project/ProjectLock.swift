import Disk
import Foundation

/// Keeps a second process away from work that only one at a time may do in a project; let go when
/// the process ends, however it ends. All other work goes on beside it.
final class ProjectLock: Sendable {
  /// Such work.
  enum Work: String {
    /// A second recorder would finish the take that the first one records.
    case recording
    /// A second tuning would write over the unfinished run of the first one, and over its weights.
    case tuning

    /// What cannot be done to the project.
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
