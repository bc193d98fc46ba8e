package import Capture
import Foundation
import Terminal
package import Workbench

/// Records until a signal ends it, and shows what is heard meanwhile.
///
/// If the request has a look-back, Enter keeps the music heard last.
///
/// - Throws: What recording throws.
package func record(_ request: RecordRequest, into project: Project) async throws -> RecordReport {
  let line = LiveLine()
  let recording = try project.record(request) { news in
    line.say(news.isAlarm ? "!! \(news.line)" : news.line)
  }
  let signals = Signals([SIGINT, SIGTERM, SIGHUP]) { recording.stop() }
  line.say("recording as woodshed, port \(recording.address); Ctrl-C ends")
  let keys = request.lookBackMinutes.flatMap { _ in
    RawInput(inForeground: { key in
      guard key == .enter else { return }
      Task { await recording.keepLookBack() }
    })
  }
  let showing = Task {
    while !Task.isCancelled, line.isShown {
      line.show(await recording.status.line)
      try? await Task.sleep(for: .milliseconds(100))
    }
  }
  defer {
    showing.cancel()
    keys?.stop()
    signals.stop()
    line.finish()
  }
  return try await recording.run()
}
