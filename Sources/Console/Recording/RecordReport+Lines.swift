public import Capture
import Workbench

extension RecordReport: ConsoleResult {
  /// What was recorded, and what became of the rest.
  public var lines: [String] {
    let seconds = takes.reduce(0) { $0 + $1.seconds }
    let notes = takes.reduce(0) { $0 + $1.notes }
    var lines = [
      takes.isEmpty
        ? "nothing was played"
        : "recorded \(Clock.count(takes.count, "take")), \(Clock.text(seconds: seconds)), "
          + Clock.count(notes, "note")
    ]
    if overruns > 0 {
      lines.append("events were lost \(Clock.count(overruns, "time")); the takes are marked")
    }
    if !rescueFiles.isEmpty || lostEvents > 0 {
      lines.append(RecorderNews.rescued(files: rescueFiles, lost: lostEvents).line)
    }
    return lines
  }
}
