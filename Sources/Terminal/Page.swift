public import Foundation
import Glibc

/// The area to draw on: a terminal's size, and its capabilities.
public struct Page: Hashable, Sendable {
  /// Characters in a row, 1 or more.
  public var columns: Int
  /// Rows, 1 or more.
  public var rows: Int
  /// The characters to draw pictures with.
  public var ink: Ink
  /// Whether to use colours and other looks.
  public var hasColour: Bool

  /// A page of this size.
  public init(columns: Int = 80, rows: Int = 24, ink: Ink = .braille, hasColour: Bool = true) {
    self.columns = max(1, columns)
    self.rows = max(1, rows)
    self.ink = ink
    self.hasColour = hasColour
  }

  /// A standard stream.
  public enum Stream: Sendable {
    case output, error

    var descriptor: Int32 { self == .output ? STDOUT_FILENO : STDERR_FILENO }
  }

  /// The page of the terminal that a stream writes to; `nil` when it is not a terminal.
  ///
  /// `COLUMNS` and `LINES` in the environment override the terminal's size; without either it is 80 by 24.
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

  /// A page with the terminal's capabilities from the environment.
  ///
  /// A non-empty `NO_COLOR` disables colours (https://no-color.org). The Linux console has no braille. If the
  /// locale has no encoding, or another one than UTF-8, pictures are drawn in ASCII.
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

  /// The size of a terminal.
  static func size(of descriptor: Int32) -> (columns: Int, rows: Int)? {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
    else { return nil }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}

/// A result that can be drawn on a terminal.
public protocol Drawable {
  /// The drawing of the result.
  func drawing(on page: Page) -> [Line]
}
