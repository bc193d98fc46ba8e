public import Capture
import Foundation
import Library

extension Project {
  /// Opens the sequencer and gets ready to record; takes that a crash has broken off are finished.
  ///
  /// - Parameter report: Hears what there is to say, on any thread.
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
