public import Dispatch
import Foundation
import Glibc
import Synchronization

/// A full-screen terminal interface, which restores the terminal at the end.
///
/// It is not built on ncurses: it draws rows of cells and reads a dozen keys, by a few sequences that every
/// terminal of the last thirty years supports. ncurses would bring global state and signal handlers of its
/// own, and ends the program when it does not know the terminal.
public final class Screen {
  /// An event at the terminal.
  public enum Event: Hashable, Sendable {
    case key(Key)
    /// The timer fired, and the last drawing is on the screen.
    case tick
    /// The window's size has changed, or the program was resumed: everything must be drawn again.
    case redraw
    /// Ctrl-Z: the receiver must stop drawing and call ``suspend()``.
    case suspend
    /// The terminal was closed, or a signal asks the program to end.
    case end
  }

  /// The events, in order.
  public let events: AsyncStream<Event>

  private let continuation: AsyncStream<Event>.Continuation
  private let input: RawInput
  private let signals: [Signals]
  private let timer: any DispatchSourceTimer
  private let hasTicked = Flag()

  private final class Flag: Sendable {
    let isSet = Atomic(false)
  }

  /// The rows on the screen; empty when nothing was drawn.
  private var shown: [String] = []
  private var isOpen = true

  /// Takes over the terminal of standard input and output.
  ///
  /// - Parameter tick: The interval of the timer.
  /// - Throws: ``TerminalError``.
  public init(tick: DispatchTimeInterval) throws(TerminalError) {
    try Self.check()
    let (events, continuation) = AsyncStream.makeStream(of: Event.self)
    self.events = events
    self.continuation = continuation
    let asked = Mutex(0)
    let before = TerminalSettings.current
    // Installed before the terminal is changed, so that no signal can end the program in between.
    let signals = [
      Signals([SIGINT, SIGTERM, SIGHUP, SIGQUIT]) {
        continuation.yield(.end)
        let count = asked.withLock { count in
          count += 1
          return count
        }
        // At the third signal end at once: the program is blocked writing to the terminal.
        guard count == 3 else { return }
        before?.apply()
        _exit(130)
      },
      Signals([SIGWINCH]) { continuation.yield(.redraw) },
      Signals([SIGTSTP]) { continuation.yield(.suspend) },
    ]
    guard
      let input = RawInput({ key in
        continuation.yield(key.map(Event.key) ?? .end)
      })
    else {
      for signal in signals { signal.stop() }
      throw .noTerminal
    }
    self.input = input
    self.signals = signals
    timer = DispatchSource.makeTimerSource(queue: .global())
    timer.schedule(deadline: .now() + tick, repeating: tick)
    timer.setEventHandler { [hasTicked] in
      // No tick before the last one was drawn, so that a slow terminal is not flooded.
      if !hasTicked.isSet.exchange(true, ordering: .relaxed) { continuation.yield(.tick) }
    }
    write(ControlSequence.enterScreen)
    timer.resume()
  }

  /// Checks that the terminal can be taken over, before any work is done for it.
  ///
  /// - Throws: ``TerminalError``.
  public static func check() throws(TerminalError) {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { throw .noTerminal }
    guard ProcessInfo.processInfo.environment["TERM"] != "dumb" else { throw .dumbTerminal }
  }

  deinit { close() }

  /// The current page to draw on.
  public var page: Page {
    let size = Page.size(of: STDOUT_FILENO)
    return Page(
      columns: size?.columns ?? 80, rows: size?.rows ?? 24,
      environment: ProcessInfo.processInfo.environment)
  }

  /// Shows `lines` from the top left on, with blank rows below.
  ///
  /// Only rows that have changed are written.
  ///
  /// - Parameter again: Whether to write all rows, as after a change of the window's size.
  public func draw(_ lines: [Line], on page: Page, again: Bool = false) {
    let rows = (0..<page.rows).map { row in
      row < lines.count
        ? Array(lines[row].prefix(page.columns)).written(withColour: page.hasColour) : ""
    }
    var text = again || shown.count != rows.count ? ControlSequence.clearScreen : ""
    let before = text.isEmpty ? shown : []
    for (index, row) in rows.enumerated() {
      guard index >= before.count ? !row.isEmpty : before[index] != row else { continue }
      text += ControlSequence.blankRow(index + 1) + row
    }
    shown = rows
    hasTicked.isSet.store(false, ordering: .relaxed)
    if !text.isEmpty { write(text) }
  }

  /// Restores the terminal, stops the process as Ctrl-Z does, and takes the terminal over
  /// again when it is resumed.
  public func suspend() {
    leave()
    // `raise` signals this thread, so that nothing below is done before the process is resumed.
    raise(SIGSTOP)
    input.start()
    write(ControlSequence.enterScreen)
    continuation.yield(.redraw)
  }

  /// Restores the terminal and ends the events.
  public func close() {
    guard isOpen else { return }
    isOpen = false
    leave()
    timer.cancel()
    input.stop()
    for signal in signals { signal.stop() }
    continuation.finish()
  }

  // MARK: - Inside

  private func leave() {
    shown = []
    write(ControlSequence.leaveScreen)
    input.pause()
  }

  /// Writes to the terminal; errors are ignored, since a closed terminal is reported as an event.
  private func write(_ text: String) {
    try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
  }
}

/// Why the terminal cannot be taken over.
public enum TerminalError: Error, Hashable, Sendable {
  /// Standard input or output is not a terminal.
  case noTerminal
  /// `TERM` is `dumb`: the terminal supports no control sequences.
  case dumbTerminal
}

extension TerminalError: CustomStringConvertible {
  /// What went wrong, in one sentence.
  public var description: String {
    switch self {
    case .noTerminal:
      "cannot take over the terminal: standard input or output is none; run it in a terminal"
    case .dumbTerminal:
      "cannot take over the terminal: TERM is dumb; run it in a terminal that can be drawn on"
    }
  }
}
