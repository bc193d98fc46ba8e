import Foundation
import Synchronization

/// A line at the foot of the terminal that is written over, and plain lines above it.
///
/// Elsewhere than on a terminal only the plain lines are written. All goes to standard error.
final class LiveLine: Sendable {
  private let shown = Mutex("")

  /// Whether there is a terminal to show it on.
  let isShown = isatty(STDERR_FILENO) == 1

  /// Shows `text` at the foot.
  func show(_ text: String) {
    guard isShown else { return }
    shown.withLock { shown in
      guard text != shown else { return }
      write("\r" + text + String(repeating: " ", count: max(0, shown.count - text.count)))
      shown = text
    }
  }

  /// Writes a line above the foot.
  func say(_ text: String) {
    shown.withLock { shown in
      let blank = isShown && !shown.isEmpty
      write(blank ? "\r" + String(repeating: " ", count: shown.count) + "\r" : "")
      write(text + "\n")
      shown = ""
    }
  }

  /// Takes the foot away.
  func finish() {
    shown.withLock { shown in
      if !shown.isEmpty { write("\r" + String(repeating: " ", count: shown.count) + "\r") }
      shown = ""
    }
  }

  /// A terminal that was closed is no reason to end: what is recorded goes on being stored.
  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
