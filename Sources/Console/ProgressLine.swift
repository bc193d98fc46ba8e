import Foundation
import Synchronization
import Terminal
package import Work
import Workbench

/// How often Ctrl-C was pressed since the work began.
private let interruptions = Atomic(0)

/// Does long work and shows on standard error how far it has come.
///
/// Whatever way the work ends, the line is taken away, so that what follows starts on a clean one. The first
/// Ctrl-C asks the work to stop where nothing is lost; a second one ends the program.
///
/// - Parameters:
///   - endsAtOnce: Whether the first Ctrl-C ends the program: for work that only gets ready for what follows,
///     which would begin all the same.
///   - work: Is given what to tell of its progress, which says whether it should go on.
package func withProgress<Result>(
  endsAtOnce: Bool = false, _ work: (@escaping ProgressHandler) throws -> Result
) rethrows -> Result {
  let line = ProgressLine(endsAtOnce: endsAtOnce)
  defer { line.finish() }
  return try work(line.show)
}

/// Does long work that waits for others, and shows on standard error how far it has come.
///
/// - Parameters:
///   - endsAtOnce: Whether the first Ctrl-C ends the program.
///   - work: Is given what to tell of its progress, which says whether it should go on.
package func withProgress<Result>(
  endsAtOnce: Bool = false, isolation: isolated (any Actor)? = #isolation,
  _ work: (@escaping ProgressHandler) async throws -> Result
) async rethrows -> Result {
  let line = ProgressLine(endsAtOnce: endsAtOnce)
  defer { line.finish() }
  return try await work(line.show)
}

/// The line on standard error that says how far long work has come.
///
/// On a terminal it is one line with a bar that is written over; elsewhere a plain line every ten seconds.
/// The first Ctrl-C asks the work to stop where nothing is lost; a second one ends the program.
final class ProgressLine: Sendable {
  private struct State {
    var lastShown = ContinuousClock.Instant?.none
    var hasSaidStopping = false
  }

  private let state = Mutex(State())
  private let line = LiveLine()
  private let endsAtOnce: Bool

  init(endsAtOnce: Bool = false) {
    self.endsAtOnce = endsAtOnce
    // As if it had been pressed once.
    interruptions.store(endsAtOnce ? 1 : 0, ordering: .relaxed)
    signal(SIGINT) { _ in
      // Only what a signal handler may do: count, and leave at once the second time, without the line.
      guard interruptions.add(1, ordering: .relaxed).oldValue > 0 else { return }
      if isatty(STDERR_FILENO) == 1 {
        let blank = ControlSequence.blankLine
        _ = unsafe write(STDERR_FILENO, blank.utf8Start, blank.utf8CodeUnitCount)
      }
      _exit(130)
    }
  }

  deinit {
    signal(SIGINT, SIG_DFL)
  }

  /// Shows progress when it is time to, and says whether the work should go on.
  @Sendable func show(_ progress: WorkProgress) -> Bool {
    state.withLock { state in
      let now = ContinuousClock.now
      let pause: Duration = line.isShown ? .milliseconds(200) : .seconds(10)
      guard state.lastShown.map({ now - $0 >= pause }) ?? line.isShown else {
        state.lastShown = state.lastShown ?? now
        return
      }
      state.lastShown = now
      if let page = line.page {
        line.show(Self.line(for: progress, on: page))
      } else {
        line.say(Self.text(for: progress))
      }
    }
    guard interruptions.load(ordering: .relaxed) > (endsAtOnce ? 1 : 0) else { return true }
    let isFirst = state.withLock { state in
      defer { state.hasSaidStopping = true }
      return !state.hasSaidStopping
    }
    if isFirst {
      finish()
      // What has to be done before it can stop is shown on.
      standardError("stopping; Ctrl-C again to stop at once")
    }
    return false
  }

  /// Takes the line away, so that what follows starts on a clean one.
  func finish() { line.finish() }

  /// "tuning ━━━━╸───── 46% · 5,210 events/s · 0:48 left · held-out 2.812 █▅▃▂▁", the bar as long as
  /// there is room, and the curve with the newest evaluation at its end.
  static func line(for progress: WorkProgress, on page: Page) -> String {
    let curve = Sparkline.curve(progress.curve.suffix(400), width: 16, ink: page.ink)
    let facts = facts(of: progress) + (progress.curve.count > 1 ? " \(curve)" : "")
    let room = page.columns - 1 - progress.activity.count - facts.count - 2
    guard let total = progress.total, total > 0, room >= 8 else {
      return "\(progress.activity) \(facts)"
    }
    let gauge = Sparkline.gauge(progress.done / total, width: min(40, room), ink: page.ink)
    return "\(progress.activity) \(gauge) \(facts)"
  }

  /// "tuning: 46% · 5,210 events/s · 0:48 left · held-out 2.812".
  static func text(for progress: WorkProgress) -> String {
    "\(progress.activity): \(facts(of: progress))"
  }

  private static func facts(of progress: WorkProgress) -> String {
    var parts: [String] = []
    if let total = progress.total, total > 0 {
      parts.append("\(Int(nearestTo: (min(1, progress.done / total) * 100).rounded(.down)))%")
    } else {
      parts.append("\(Int(nearestTo: progress.done.rounded(.down))) \(progress.unit)")
    }
    if let rate = progress.rate {
      let shown =
        rate >= 10 ? Int(nearestTo: rate.rounded(.down)).formatted() : String(format: "%.1f", rate)
      parts.append("\(shown) \(progress.unit)/s")
    }
    if let left = progress.secondsLeft {
      parts.append("\(Readable.text(seconds: left)) left")
    }
    if !progress.detail.isEmpty {
      parts.append(progress.detail)
    }
    return parts.joined(separator: " · ")
  }
}
