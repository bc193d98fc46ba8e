public import Capture
import Foundation
import Library

extension Project {
  /// Opens the sequencer and prepares to record; takes that were cut short by a crash are finished.
  ///
  /// - Parameter report: Called with news for the musician, on any thread.
  /// - Throws: ``WorkbenchError``, `WrongValue`, `LibraryError`, `SequencerError`.
  public func record(
    _ request: RecordRequest, report: @escaping @Sendable (RecorderNews) -> Void
  ) throws -> Recording {
    try request.check()
    return try Recording(
      request, into: folder.appending(path: TakeLibrary.fileName),
      holding: try ProjectLock(of: self, for: .recording), report: report)
  }
}
