package import Capture
import Duet
import Foundation
import Player
import Synchronization
import Terminal
package import Workbench

/// Plays a duet until a signal ends it, and shows what is heard and planned meanwhile.
///
/// Enter asks the model to answer; p and P make it wait less and more, d and D play fewer and more notes, t and
/// T play more cautiously and more wildly, s stores what a look-back keeps.
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
  let isPlayer = request.settings.answers
  line.say(
    (isPlayer
      ? "the model plays to \(session.output)"
        + (session.latency > 0 ? ", heard up to \(Int(session.latency * 1000)) ms later" : "")
      : "the model only listens")
      + "; connect what you play to port \(session.address); Ctrl-C ends")
  @Sendable func print(_ event: DuetEvent) {
    if format == .json { try? event.print() }
  }
  print(DuetEvent(event: "ready", name: isPlayer ? session.output : nil, port: session.address))
  if request.settings.answers {
    line.say(
      "Enter, or \(recording.sign.isEmpty ? "a tap on the soft pedal" : "your sign"), asks for an answer; "
        + "p P change its patience, d D how many notes it plays, t T how wild it is"
        + (recording.lookBackMinutes == nil ? "" : "; s stores what you played"))
  }
  let keys = RawInput(inForeground: { key in
    let changed = settings.withLock { settings -> DuetSettings? in
      switch key {
      case .character("p"): settings.patience = min(0.5, settings.patience * 2)
      case .character("P"): settings.patience = max(1e-8, settings.patience / 2)
      case .character("d"): settings.scaleDensity(by: 0.8)
      case .character("D"): settings.scaleDensity(by: 1.25)
      case .character("t"): settings.temperature = max(0.5, settings.temperature - 0.05)
      case .character("T"): settings.temperature = min(2, settings.temperature + 0.05)
      default: return nil
      }
      return settings
    }
    if key == .character("s"), recording.lookBackMinutes != nil {
      Task { await session.keepLookBack() }
    } else if let changed {
      session.change(to: changed)
      line.say(changed.words)
      print(changed.event)
    } else if key == .enter {
      session.answer()
    }
  })
  let showing = Task {
    while !Task.isCancelled, line.isShown {
      let patience = settings.withLock(\.patience)
      line.show(await session.status.statusLine(patience: patience))
      try? await Task.sleep(for: .milliseconds(50))
    }
  }
  defer {
    showing.cancel()
    keys?.stop()
    signals.stop()
    line.finish()
  }
  let report = try await session.run()
  print(
    DuetEvent(
      event: "recorded", takes: report.takes.map(\.number),
      rescueFiles: report.rescueFiles.isEmpty ? nil : report.rescueFiles,
      lostEvents: report.lostEvents == 0 ? nil : report.lostEvents))
  return report
}

extension DuetSettings {
  /// Asks for more notes, or fewer, than before; than six a second at first.
  fileprivate mutating func scaleDensity(by factor: Double) {
    let before = controls.density?.points.first?.value ?? 6
    controls.density = try? ControlLine.density("\(min(30, max(0.5, before * factor)))")
  }

  /// What the keys change.
  fileprivate var words: String {
    let percent = patience * 100
    let share =
      percent >= 0.1 ? String(format: "%.1f", percent) : String(format: "%.1g", percent)
    let density = controls.density?.points.first.map { point in
      ", \((point.value * 10).rounded() / 10) notes a second"
    }
    return "patience \(share) %, temperature " + String(format: "%.2f", temperature)
      + (density ?? "")
  }

  fileprivate var event: DuetEvent {
    DuetEvent(
      event: "settings", patience: patience, temperature: temperature,
      density: controls.density?.points.first?.value)
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
