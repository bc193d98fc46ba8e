import Glibc
import Terminal

/// Keys of the terminal while something else goes on; none without a terminal, and none in the
/// background.
final class Keys {
  private let input: RawInput?

  /// Hands each key to `handler` until ``stop()``.
  init(_ handler: @escaping @Sendable (Key) -> Void) {
    // Where the terminal's job is in the background, reading it would stop the process.
    guard isatty(STDIN_FILENO) == 1, tcgetpgrp(STDIN_FILENO) == getpgrp() else {
      input = nil
      return
    }
    input = RawInput { key in
      if let key { handler(key) }
    }
  }

  /// Leaves the terminal as it was.
  func stop() { input?.stop() }
}
