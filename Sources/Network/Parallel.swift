import Dispatch
import Foundation
import Synchronization

/// Runs `body` over parts of `0..<count` on all processors.
///
/// For passes over memory between two oneDNN calls; what they write must not overlap.
func inParts(_ count: Int, _ body: @Sendable (Range<Int>) -> Void) {
  let parts = min(ProcessInfo.processInfo.activeProcessorCount, max(1, count))
  DispatchQueue.concurrentPerform(iterations: parts) { part in
    body((count * part / parts)..<(count * (part + 1) / parts))
  }
}

/// Runs `body` for each of `0..<count` side by side, with oneDNN on one thread in each; a single one
/// runs as it is.
///
/// - Throws: An error of one of them, once all have ended.
func sideBySide(_ count: Int, _ body: @Sendable (Int) throws -> Void) throws {
  guard count > 1 else { return try (0..<count).forEach(body) }
  let failure = Mutex<(any Error)?>(nil)
  DispatchQueue.concurrentPerform(iterations: count) { index in
    do {
      Engine.useOneThread()
      try body(index)
    } catch {
      failure.withLock { $0 = error }
    }
  }
  if let error = failure.withLock({ $0 }) { throw error }
}
