import Foundation
import Synchronization
import Terminal
package import Work
import Workbench

/// The number of times that Ctrl-C was pressed since the work began.
private let interruptions = Atomic(0)

/// Does long work and shows on standard error how far it has come.
///
/// The line is removed however the work ends, so that what follows starts on an empty one. The first Ctrl-C
/// asks the work to stop where nothing is lost; a second one ends the program.
///
/// - Parameters:
///   - endsAtOnce: Whether the first Ctrl-C ends the program: for work that only prepares what follows, which
///     would begin even if the work were stopped.
///   - work: The work. It reports progress to its argument, which returns whether to go on.
package func withProgress<Result>(
  endsAtOnce: Bool = false, _ work: (@escaping ProgressHandler) throws -> Result
) rethrows -> Result {
  let line = ProgressLine(endsAtOnce: endsAtOnce)
  defer { line.finish() }
  return try work(line.show)
}

/// Does long asynchronous work and shows on standard error how far it has come.
///
/// - Parameters:
///   - endsAtOnce: Whether the first Ctrl-C ends the program.
///   - work: The work. It reports progress to its argument, which returns whether to go on.
package func withProgress<Result>(
  endsAtOnce: Bool = false, isolation: isolated (any Actor)? = #isolation,
  _ work: (@escaping ProgressHandler) async throws -> Result
) async rethrows -> Result {
  let line = ProgressLine(endsAtOnce: endsAtOnce)
  defer { line.finish() }
  return try await work(line.show)
}

/// The line on standard error that shows how far long work has come.
///
/// On a terminal it is one line with a bar, overwritten in place; elsewhere a plain line every ten seconds.
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
    // 1 as if Ctrl-C had been pressed once already.
    interruptions.store(endsAtOnce ? 1 : 0, ordering: .relaxed)
    signal(SIGINT) { _ in
      // Only what is allowed in a signal handler: counts, and at the second press clears the line and exits.
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

  /// Shows progress if the last was shown long enough ago, and returns whether the work should go on.
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
      // Progress is still shown after this: the work may have to finish something before it can stop.
      standardError("stopping; Ctrl-C again to stop at once")
    }
    return false
  }

  /// Removes the line, so that what follows starts on an empty one.
  func finish() { line.finish() }

  /// "tuning ━━━━╸───── 46% · 5,210 events/s · 0:48 left · held-out 2.812 █▅▃▂▁". The bar fills the room
  /// there is, up to 40 columns; the curve ends with the newest evaluation.
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
