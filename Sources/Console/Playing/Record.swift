import Foundation
import Terminal
public import Workbench

/// Records until a signal asks for the end, and says meanwhile what is heard.
///
/// Where the request looks back, a key keeps what was heard last.
///
/// - Throws: What recording throws.
public func record(_ request: RecordRequest, into project: Project) async throws -> RecordReport {
  let line = LiveLine()
  let recording = try project.record(request) { news in
    line.say(news.isAlarm ? "!! \(news)" : "\(news)")
  }
  let signals = Signals([SIGINT, SIGTERM, SIGHUP]) { recording.stop() }
  line.say("recording as woodshed, port \(recording.address); Ctrl-C ends")
  let keys = request.lookBackMinutes.map { _ in
    Keys { _ in Task { await recording.keepLookBack() } }
  }
  let showing = Task {
    while !Task.isCancelled, line.isShown {
      line.show(await recording.status.description)
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
