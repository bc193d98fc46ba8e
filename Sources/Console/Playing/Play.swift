import Foundation
import Terminal
import Work
package import Workbench

/// Plays takes to their end, shows the position, and obeys keys and signals.
///
/// - Throws: What playing throws.
package func play(_ playing: Playing) async throws {
  let line = LiveLine()
  line.say("playing to \(playing.port)")
  let signals = Signals([SIGINT, SIGTERM, SIGHUP]) { Task { try? await playing.stop() } }
  let keys = RawInput(inForeground: { key in
    Task { try? await press(key, while: playing) }
  })
  defer {
    keys?.stop()
    signals.stop()
    line.finish()
  }
  if keys != nil { line.say("space pauses, ← and → wind, - and + change the tempo, q ends") }
  try await playing.run { line.show($0.gauged(on: line.page)) }
}

/// Performs the action of a key while takes are played.
private func press(_ key: Key, while playing: Playing) async throws {
  switch key {
  case .character(" "): try await playing.togglePause()
  case .left: try await playing.wind(seconds: -5)
  case .right: try await playing.wind(seconds: 5)
  case .character("+"), .character("="): try await playing.multiplyTempo(by: 1.05)
  case .character("-"): try await playing.multiplyTempo(by: 1 / 1.05)
  case .character("q"): try await playing.stop()
  default: break
  }
}

extension Playing.Status {
  /// The position as text: `take 7  0:31 / 2:04  110 %  paused`.
  package var line: String {
    "take \(take)  \(Readable.text(seconds: seconds)) / \(Readable.text(seconds: length))"
      + (tempo == 1 ? "" : "  \(Int(nearestTo: tempo * 100)) %") + (isPaused ? "  paused" : "")
  }

  /// ``line`` with a gauge of how much of the take was played, if there is room for one.
  func gauged(on page: Page?) -> String {
    guard let page, length > 0 else { return line }
    // A line as wide as the terminal would wrap.
    let room = min(40, page.columns - line.count - 3)
    guard room >= 10 else { return line }
    return line + "  " + Sparkline.gauge(seconds / length, width: room, ink: page.ink)
  }
}
