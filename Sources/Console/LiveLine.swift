import Foundation
import Synchronization
package import Terminal
import Text

/// A status line at the foot of the terminal, overwritten in place, with plain lines above it.
///
/// Everything goes to standard error; if that is not a terminal, only the plain lines are written.
package final class LiveLine: Sendable {
  private let shown = Mutex("")

  /// Makes a line that shows nothing yet.
  package init() {}

  /// Whether there is a terminal to show it on.
  package let isShown = Page.current(.error) != nil

  /// The terminal as it is now; `nil` if there is none.
  package var page: Page? { .current(.error) }

  /// Shows `text` at the foot, cut to the width of the terminal.
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

  /// Removes the status line.
  package func finish() {
    shown.withLock { shown in
      if !shown.isEmpty { write(Self.blank) }
      shown = ""
    }
  }

  private static let blank = "\(ControlSequence.blankLine)"

  /// Ignores errors: recording must go on when the terminal was closed.
  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
