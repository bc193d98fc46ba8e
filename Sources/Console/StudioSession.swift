import Foundation
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

/// Opens an address in the browser of this desktop, if there is one.
package func openInBrowser(_ address: String) {
  let variables = ProcessInfo.processInfo.environment
  guard variables["DISPLAY"] != nil || variables["WAYLAND_DISPLAY"] != nil else { return }
  let opener = Process()
  opener.executableURL = URL(filePath: "/usr/bin/env")
  opener.arguments = ["xdg-open", address]
  for stream in [\Process.standardOutput, \Process.standardError, \Process.standardInput] {
    opener[keyPath: stream] = FileHandle.nullDevice
  }
  // The address was printed: without a browser it is still there to be opened.
  try? opener.run()
}
