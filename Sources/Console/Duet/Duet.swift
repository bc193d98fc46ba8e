package import Capture
import Duet
import Foundation
import Synchronization
import Terminal
package import Workbench

/// Plays a duet until a signal ends it, and shows what is heard and planned meanwhile.
///
/// Enter asks the model to answer; d and D make it answer later and earlier, t and T cautious and wild.
///
/// - Throws: What the duet throws.
package func duet(
  _ request: DuetRequest, recording: RecordRequest, sound: SoundRequest, format: OutputFormat,
  in project: Project
) async throws -> RecordReport {
  let line = LiveLine()
  let settings = Mutex(request.settings)
  let session = try project.duet(request, recording: recording, sound: sound) { news in
    if let text = news.line { line.say(text) }
    if format == .json, let event = news.event { try? event.print() }
  }
  let signals = Signals([SIGINT, SIGTERM, SIGHUP]) { session.stop() }
  line.say(
    "the model plays to \(session.output)"
      + (session.latency > 0 ? ", heard up to \(Int(session.latency * 1000)) ms later" : "")
      + "; it hears port \(session.address); Ctrl-C ends")
  if request.settings.answers {
    line.say(
      "Enter, or a tap on the soft pedal, asks for an answer; p P change its patience, t T how wild it is"
    )
  }
  let keys = RawInput(inForeground: { key in
    let changed = settings.withLock { settings -> DuetSettings? in
      switch key {
      case .character("p"): settings.patience = min(0.5, settings.patience * 2)
      case .character("P"): settings.patience = max(1e-8, settings.patience / 2)
      case .character("t"): settings.temperature = max(0.5, settings.temperature - 0.05)
      case .character("T"): settings.temperature = min(2, settings.temperature + 0.05)
      default: return nil
      }
      return settings
    }
    if let changed {
      session.change(to: changed)
      line.say(changed.words)
    } else if key == .enter {
      session.answer()
    }
  })
  let showing = Task {
    while !Task.isCancelled, line.isShown {
      let patience = settings.withLock(\.patience)
      line.show(await session.status.line(patience: patience))
      try? await Task.sleep(for: .milliseconds(50))
    }
  }
  defer {
    showing.cancel()
    keys?.stop()
    signals.stop()
    line.finish()
  }
  return try await session.run()
}

extension DuetSettings {
  /// What the keys change.
  fileprivate var words: String {
    let percent = patience * 100
    let share =
      percent >= 0.1 ? String(format: "%.1f", percent) : String(format: "%.1g", percent)
    return "it answers when \(share) % are left for you to go on; temperature "
      + String(format: "%.2f", temperature)
  }
}

extension DuetEvent {
  /// Prints it as a line of JSON.
  fileprivate func print() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try standardOutput(encoder.encode(self) + Data("\n".utf8))
  }
}
