import Dispatch
import Glibc
import Synchronization

/// Reads the terminal's keys one by one, without echo, until ``stop()``.
///
/// Ctrl-C, Ctrl-\ and Ctrl-Z still send signals.
public final class RawInput {
  private let source: any DispatchSourceRead
  private let before: TerminalSettings

  /// Passes each key to `handler`, and `nil` when the terminal is closed.
  ///
  /// Returns `nil` when standard input is not a terminal.
  public init?(_ handler: @escaping @Sendable (Key?) -> Void) {
    guard let before = TerminalSettings.current else { return nil }
    self.before = before
    let queue = DispatchQueue(label: "woodshed.keys")
    let source = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: queue)
    self.source = source
    let parser = Mutex(KeyParser())
    source.setEventHandler {
      var bytes = [UInt8](repeating: 0, count: 256)
      let count = unsafe read(STDIN_FILENO, &bytes, bytes.count)
      guard count > 0 else {
        guard count == 0 || errno != EINTR && errno != EAGAIN else { return }
        source.cancel()
        return handler(nil)
      }
      for key in parser.withLock({ $0.keys(in: bytes[..<count]) }) { handler(key) }
      guard parser.withLock({ $0.isWaiting }) else { return }
      // Far longer than between the bytes of one key, and too short to be noticed.
      queue.asyncAfter(deadline: .now() + .milliseconds(50)) {
        for key in parser.withLock({ $0.flush() }) { handler(key) }
      }
    }
    start()
    source.resume()
  }

  /// Passes each key to `handler`, beside other work.
  ///
  /// Returns `nil` when standard input is not a terminal, or this process is in its background, where reading
  /// would stop the process.
  public convenience init?(inForeground handler: @escaping @Sendable (Key) -> Void) {
    guard tcgetpgrp(STDIN_FILENO) == getpgrp() else { return nil }
    self.init({ key in
      if let key { handler(key) }
    })
  }

  /// Switches the terminal to raw mode, at first and after ``pause()``.
  func start() { before.raw.apply() }

  /// Restores the terminal's settings temporarily.
  func pause() { before.apply() }

  /// Stops reading and restores the terminal's settings.
  public func stop() {
    source.cancel()
    pause()
  }
}

/// The settings (`termios`) of the terminal of standard input.
struct TerminalSettings: Sendable {
  private var settings: termios

  /// The current settings; `nil` when standard input is not a terminal.
  static var current: TerminalSettings? {
    var settings = termios()
    guard unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
    return TerminalSettings(settings: settings)
  }

  /// The same without line editing, echo and flow control by Ctrl-S.
  var raw: TerminalSettings {
    var raw = self
    raw.settings.c_lflag &= ~tcflag_t(ICANON | ECHO | IEXTEN)
    raw.settings.c_iflag &= ~tcflag_t(IXON)
    return raw
  }

  /// Applies them to the terminal; fails silently if it was closed.
  func apply() {
    var settings = settings
    _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &settings)
  }
}
