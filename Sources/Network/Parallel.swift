import Dispatch
import Foundation

/// Runs `body` over parts of `0..<count` on all processors.
///
/// For passes over memory between two oneDNN calls; what they write must not overlap.
func inParts(_ count: Int, _ body: @Sendable (Range<Int>) -> Void) {
  let parts = min(ProcessInfo.processInfo.activeProcessorCount, max(1, count))
  DispatchQueue.concurrentPerform(iterations: parts) { part in
    body((count * part / parts)..<(count * (part + 1) / parts))
  }
}
