import CSIMD
import Dispatch
import Foundation

/// Runs `body` over disjoint parts of `0..<count` on all processors; the parts must not
/// write to the same memory.
///
/// For passes over memory between two runs of a network; within a run a ``ThreadPool`` shares out the work.
func inParts(_ count: Int, _ body: @Sendable (Range<Int>) -> Void) {
  let parts = min(Processors.usable, max(1, count))
  DispatchQueue.concurrentPerform(iterations: parts) { part in
    body((count * part / parts)..<(count * (part + 1) / parts))
  }
}

/// The processors that this process may use.
enum Processors {
  static let usable: Int = {
    let count = Int(woodshed_processors())
    return count > 0 ? count : ProcessInfo.processInfo.activeProcessorCount
  }()
}
