public import Dispatch
import Foundation
import Glibc
import Synchronization

/// The whole terminal, taken over for a while and left as it was found.
///
/// An own layer, not ncurses: what is drawn are rows of cells and what is read are a dozen keys, a
/// few sequences that every terminal of the last thirty years obeys. ncurses would bring a global
/// state, signal handlers of its own, and an end of the program where it does not know the terminal.
public final class Screen {
  /// What happens at the terminal.
  public enum Event: Hashable, Sendable {
    case key(Key)
    /// A moment has passed, and what was drawn before is on the screen.
    case tick
    /// The window has another size, or was gone and is back: all must be drawn.
    case redraw
    /// Ctrl-Z: whoever draws gets quiet and calls ``suspend()``.
    case suspend
    /// The terminal was closed, or a signal asks for the end.
    case end
  }

  /// What happens, in its order.
  public let events: AsyncStream<Event>

  private let continuation: AsyncStream<Event>.Continuation
  private let input: RawInput
  private let signals: [Signals]
  private let timer: any DispatchSourceTimer
  private let hasTicked = Flag()

  private final class Flag: Sendable {
    let isSet = Atomic(false)
  }

  /// The rows as they stand on the screen; empty when nothing does.
  private var shown: [String] = []
  private var isOpen = true

  /// Takes over the terminal of standard input and output.
  ///
  /// - Parameter tick: How long a moment is.
  /// - Throws: ``TerminalError``.
  public init(tick: DispatchTimeInterval) throws(TerminalError) {
    try Self.check()
    let (events, continuation) = AsyncStream.makeStream(of: Event.self)
    self.events = events
    self.continuation = continuation
    let asked = Mutex(0)
    let before = TerminalSettings.current
    // Before the terminal is changed, so that no signal can end the program in between.
    let signals = [
      Signals([SIGINT, SIGTERM, SIGHUP, SIGQUIT]) {
        continuation.yield(.end)
        let count = asked.withLock { count in
          count += 1
          return count
        }
        // The first was not heard: the terminal does not take what is written to it.
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
      // One at a time: a slow terminal is not to be flooded.
      if !hasTicked.isSet.exchange(true, ordering: .relaxed) { continuation.yield(.tick) }
    }
    write(ControlSequence.enterScreen)
    timer.resume()
  }

  /// Says why the terminal cannot be taken over, before any work is done for it.
  ///
  /// - Throws: ``TerminalError``.
  public static func check() throws(TerminalError) {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { throw .noTerminal }
    guard ProcessInfo.processInfo.environment["TERM"] != "dumb" else { throw .dumbTerminal }
  }

  deinit { close() }

  /// What there is to draw on now.
  public var page: Page {
    let size = Page.size(of: STDOUT_FILENO)
    return Page(
      columns: size?.columns ?? 80, rows: size?.rows ?? 24,
      environment: ProcessInfo.processInfo.environment)
  }

  /// Shows `lines` from the top left on; what is below them is blank.
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

  /// Gives the terminal back, stops as Ctrl-Z stops any program, and takes the terminal over again
  /// when the program goes on.
  public func suspend() {
    leave()
    // To this very thread: nothing below is done before the program goes on.
    raise(SIGSTOP)
    input.start()
    write(ControlSequence.enterScreen)
    continuation.yield(.redraw)
  }

  /// Leaves the terminal as it was found.
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

  /// A terminal that was closed is no reason to end here: its end is an event.
  private func write(_ text: String) {
    try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
  }
}

/// Why the terminal cannot be taken over.
public enum TerminalError: Error, Hashable, Sendable {
  /// Standard input or output is no terminal.
  case noTerminal
  /// The terminal says that it can do nothing but print.
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
