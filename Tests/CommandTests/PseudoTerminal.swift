import Foundation
import Glibc
import Synchronization
import TestBed
import Testing

/// The program on a terminal of its own: keys go in, what it draws comes out.
final class PseudoTerminal {
  private let main: Int32
  private let process: ChildProcess
  private let shown = Box()
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

    process = try ChildProcess(
      [Program.executable.path()] + arguments, in: folder,
      environment: ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "NO_COLOR": "1"],
      on: .terminal(name))
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
    process.end()
    close(main)
  }

  /// All that was written to the terminal so far.
  var written: String { String(decoding: shown.bytes.withLock { $0 }, as: UTF8.self) }

  /// What was written after the first `mark` bytes.
  func written(after mark: Int) -> String {
    String(decoding: shown.bytes.withLock { $0.dropFirst(mark) }, as: UTF8.self)
  }

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
  func send(_ signal: Int32) { process.send(signal) }

  /// Waits until `text` is written after the first `mark` bytes; after thirty seconds, throws.
  func wait(for text: String, after mark: Int = 0) async throws {
    for _ in 0..<3000 {
      if written(after: mark).contains(text) { return }
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
      if let status = process.ended() {
        // What it wrote last.
        try await Task.sleep(for: .milliseconds(100))
        return status
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
