public import Foundation
import Glibc

/// What there is to draw on: a terminal's size, and what it can show.
public struct Page: Hashable, Sendable {
  /// Characters in a row, 1 or more.
  public var columns: Int
  /// Rows, 1 or more.
  public var rows: Int
  /// What pictures are drawn with.
  public var ink: Ink
  /// Whether colours and other looks are shown.
  public var hasColour: Bool

  /// A page of this size.
  public init(columns: Int = 80, rows: Int = 24, ink: Ink = .braille, hasColour: Bool = true) {
    self.columns = max(1, columns)
    self.rows = max(1, rows)
    self.ink = ink
    self.hasColour = hasColour
  }

  /// Where a program writes.
  public enum Stream: Sendable {
    case output, error

    var descriptor: Int32 { self == .output ? STDOUT_FILENO : STDERR_FILENO }
  }

  /// The terminal that a stream writes to; `nil` when it writes to none.
  ///
  /// `COLUMNS` and `LINES` in the environment come before what the terminal says of its size, and
  /// 80 by 24 stand in when neither says anything.
  public static func current(
    _ stream: Stream = .output, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Page? {
    guard isatty(stream.descriptor) == 1 else { return nil }
    let size = size(of: stream.descriptor)
    func number(_ name: String) -> Int? {
      environment[name].flatMap { Int($0) }.flatMap { $0 > 0 && $0 < 10_000 ? $0 : nil }
    }
    return Page(
      columns: number("COLUMNS") ?? size?.columns ?? 80, rows: number("LINES") ?? size?.rows ?? 24,
      environment: environment)
  }

  /// A page on a terminal of which the environment says what it can show.
  ///
  /// `NO_COLOR`, when it is not empty, takes the colours away (https://no-color.org). The Linux
  /// console has no braille. Where the locale's encoding is none or another than UTF-8, all is drawn
  /// in ASCII.
  init(columns: Int, rows: Int, environment: [String: String]) {
    func text(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    let terminal = text("TERM")
    let isPlain = terminal == "dumb"
    let locale = (text("LC_ALL") ?? text("LC_CTYPE") ?? text("LANG"))?.lowercased()
    let isUnicode = locale.map { $0.contains("utf-8") || $0.contains("utf8") } ?? true
    let ink: Ink = !isUnicode || isPlain ? .ascii : terminal == "linux" ? .blocks : .braille
    self.init(
      columns: columns, rows: rows, ink: ink, hasColour: !isPlain && text("NO_COLOR") == nil)
  }

  /// The size that a terminal says it has.
  static func size(of descriptor: Int32) -> (columns: Int, rows: Int)? {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
    else { return nil }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}

/// A result that is a picture where there is a terminal to draw it on.
public protocol Drawable {
  /// The result as it is shown on a terminal.
  func drawing(on page: Page) -> [Line]
}
