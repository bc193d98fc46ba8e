import Foundation
import Synchronization
package import Terminal
import Text

/// A line at the foot of the terminal that is written over, and plain lines above it.
///
/// Elsewhere than on a terminal only the plain lines are written. All goes to standard error.
package final class LiveLine: Sendable {
  private let shown = Mutex("")

  /// No line yet.
  package init() {}

  /// Whether there is a terminal to show it on.
  package let isShown = Page.current(.error) != nil

  /// The terminal as it is now; `nil` where there is none.
  package var page: Page? { .current(.error) }

  /// Shows `text` at the foot, as much of it as the terminal is wide.
  package func show(_ text: String) {
    guard isShown else { return }
    let text = String(text.printable.prefix((page?.columns ?? 80) - 1))
    shown.withLock { shown in
      guard text != shown else { return }
      write(Self.blank + text)
      shown = text
    }
  }

  /// Writes a line above the foot.
  package func say(_ text: String) {
    let lines = text.printable.wrapped(to: page?.columns)
    shown.withLock { shown in
      write((shown.isEmpty ? "" : Self.blank) + lines.joined(separator: "\n") + "\n")
      shown = ""
    }
  }

  /// Takes the foot away.
  package func finish() {
    shown.withLock { shown in
      if !shown.isEmpty { write(Self.blank) }
      shown = ""
    }
  }

  private static let blank = "\(ControlSequence.blankLine)"

  /// A terminal that was closed is no reason to end: what is recorded goes on being stored.
  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
