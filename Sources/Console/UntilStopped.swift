import Glibc
import Terminal

/// Does work that goes on until Ctrl-C, or another signal to end, cancels it.
///
/// - Throws: What the work throws, but for its cancellation.
package func untilStopped(_ work: @escaping @Sendable () async throws -> Void) async throws {
  let task = Task { try await work() }
  let signals = Signals([SIGINT, SIGTERM, SIGHUP]) { task.cancel() }
  defer { signals.stop() }
  do {
    try await task.value
  } catch is CancellationError {
    // It was asked to end.
  }
}
