import Foundation
import Glibc
import Synchronization
import Testing

/// The program on a terminal of its own: keys go in, what it draws comes out.
final class PseudoTerminal {
  private let main: Int32
  private let process: pid_t
  private let shown = Box()
  private var status: Int32?
  /// How the terminal treated what was typed before the program began.
  let settingsBefore: [tcflag_t]

  private final class Box: Sendable {
    let bytes = Mutex<[UInt8]>([])
  }

  /// Starts the program in a folder, on a terminal of this size.
  init(_ arguments: [String], in folder: URL, columns: Int = 80, rows: Int = 24) throws {
    main = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY)
    // TIOCSPTLCK and TIOCGPTN (ioctl_tty(2)): the other side may be opened, and which it is.
    var lock: Int32 = 0
    var number: Int32 = 0
    try #require(
      unsafe ioctl(main, 0x4004_5431, &lock) == 0 && ioctl(main, 0x8004_5430, &number) == 0)
    let name = "/dev/pts/\(number)"
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = unsafe ioctl(main, UInt(TIOCSWINSZ), &size)
    settingsBefore = Self.settings(of: main)

    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that the leader of a session opens is its own.
    unsafe posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, 0, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, 0, 2)
    unsafe posix_spawn_file_actions_addclose(&actions, main)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(0x80 /* POSIX_SPAWN_SETSID */))

    var variables = ProcessInfo.processInfo.environment
    variables["TERM"] = "xterm-256color"
    variables["LC_ALL"] = "C.UTF-8"
    variables["NO_COLOR"] = "1"
    let words = ["env", "-C", folder.path(), try Program.executable.path()] + arguments
    var argv = unsafe words.map { unsafe strdup($0) } + [nil]
    var environment = unsafe variables.map { unsafe strdup("\($0)=\($1)") } + [nil]
    defer { unsafe (argv + environment).forEach { unsafe free($0) } }
    var started: pid_t = 0
    let code = unsafe posix_spawnp(
      &started, words[0], &actions, &attributes, &argv, &environment)
    process = started
    try #require(code == 0)
    Thread.detachNewThread { [main, shown] in
      var buffer = [UInt8](repeating: 0, count: 65536)
      while true {
        let count = unsafe read(main, &buffer, buffer.count)
        // Between the child's opening of its side and its end there is EIO.
        guard count > 0 else { break }
        shown.bytes.withLock { $0 += buffer[..<count] }
      }
    }
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    close(main)
  }

  /// All that was written to the terminal so far.
  var written: String { String(decoding: shown.bytes.withLock { $0 }, as: UTF8.self) }

  /// How many bytes were written so far.
  var mark: Int { shown.bytes.withLock { $0.count } }

  /// How the terminal treats what is typed: its four words of flags.
  var settings: [tcflag_t] { Self.settings(of: main) }

  private static func settings(of main: Int32) -> [tcflag_t] {
    var settings = termios()
    _ = unsafe tcgetattr(main, &settings)
    return [settings.c_iflag, settings.c_oflag, settings.c_cflag, settings.c_lflag]
  }

  /// Types keys.
  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe Glibc.write(main, bytes, bytes.count)
  }

  /// Makes the window another size.
  func resize(columns: Int, rows: Int) {
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = unsafe ioctl(main, UInt(TIOCSWINSZ), &size)
  }

  /// Sends the program a signal.
  func send(_ signal: Int32) { kill(process, signal) }

  /// Waits until `text` is written after the first `mark` bytes; after thirty seconds, throws.
  func wait(for text: String, after mark: Int = 0) async throws {
    for _ in 0..<3000 {
      let new = shown.bytes.withLock { $0.dropFirst(mark) }
      if String(decoding: new, as: UTF8.self).contains(text) { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw NeverShown(text: text, written: String(written.suffix(3000)))
  }

  /// Types keys and waits for what they bring about.
  func type(_ text: String, andWaitFor shown: String) async throws {
    let mark = mark
    type(text)
    try await wait(for: shown, after: mark)
  }

  /// Waits until the program ends, and returns its exit status, or the signal that ended it.
  func finish() async throws -> Int32 {
    for _ in 0..<3000 {
      var code: Int32 = 0
      if unsafe waitpid(process, &code, WNOHANG) == process {
        let ended = code & 0x7F == 0 ? code >> 8 & 0xFF : code & 0x7F
        status = ended
        // What it wrote last.
        try await Task.sleep(for: .milliseconds(100))
        return ended
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw NeverShown(text: "its end", written: String(written.suffix(3000)))
  }

  struct NeverShown: Error {
    let text: String
    let written: String
  }
}
