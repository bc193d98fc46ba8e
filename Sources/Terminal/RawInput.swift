import Dispatch
import Glibc
import Synchronization

/// The terminal's keys one by one, unseen, from its start to ``stop()``.
///
/// Ctrl-C, Ctrl-\ and Ctrl-Z go on being signals.
public final class RawInput {
  private let source: any DispatchSourceRead
  private let before: TerminalSettings

  /// Hands each key to `handler`; `nil` stands for the end of the terminal.
  ///
  /// Returns `nil` where standard input is no terminal.
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
      // Far longer than the bytes of one key are apart, and too short to be felt.
      queue.asyncAfter(deadline: .now() + .milliseconds(50)) {
        for key in parser.withLock({ $0.flush() }) { handler(key) }
      }
    }
    start()
    source.resume()
  }

  /// Hands each key to `handler` while something else goes on.
  ///
  /// Returns `nil` where standard input is no terminal, and where this process is in the background of
  /// it: reading it would stop the process.
  public convenience init?(inForeground handler: @escaping @Sendable (Key) -> Void) {
    guard tcgetpgrp(STDIN_FILENO) == getpgrp() else { return nil }
    self.init({ key in
      if let key { handler(key) }
    })
  }

  /// Takes the terminal over, again after ``pause()``.
  func start() { before.raw.apply() }

  /// Leaves the terminal as it was for a while.
  func pause() { before.apply() }

  /// Leaves the terminal as it was.
  public func stop() {
    source.cancel()
    pause()
  }
}

/// How the terminal of standard input treats what is typed.
struct TerminalSettings: Sendable {
  private var settings: termios

  /// Those of now; `nil` where standard input is no terminal.
  static var current: TerminalSettings? {
    var settings = termios()
    guard unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
    return TerminalSettings(settings: settings)
  }

  /// The same, but each key comes at once and is not shown, and Ctrl-S stops nothing.
  var raw: TerminalSettings {
    var raw = self
    raw.settings.c_lflag &= ~tcflag_t(ICANON | ECHO | IEXTEN)
    raw.settings.c_iflag &= ~tcflag_t(IXON)
    return raw
  }

  /// Makes them the terminal's; one that was closed has none.
  func apply() {
    var settings = settings
    _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &settings)
  }
}
