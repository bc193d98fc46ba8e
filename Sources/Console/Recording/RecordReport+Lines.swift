package import Capture
import Workbench

extension RecordReport: ConsoleResult {
  /// What was recorded, and what became of the rest.
  package var lines: [String] {
    let isElsewhere = !rescueFiles.isEmpty || lostEvents > 0
    var lines: [String] = []
    if !takes.isEmpty {
      let seconds = takes.reduce(0) { $0 + $1.seconds }
      let notes = takes.reduce(0) { $0 + $1.notes }
      lines.append(
        "recorded \(Readable.count(takes.count, "take")), \(Readable.text(seconds: seconds)), "
          + Readable.count(notes, "note"))
    } else if !isElsewhere {
      lines.append(reason)
    }
    if overruns > 0 {
      lines.append("events were lost \(Readable.count(overruns, "time")); the takes are marked")
    }
    if isElsewhere {
      lines.append(RecorderNews.rescued(files: rescueFiles, lost: lostEvents).line)
    }
    return lines
  }

  /// Why there are no takes.
  private var reason: String {
    let sent = heard.keyboards.filter { $0.messages > 0 }
    // Notes were played, but only as gestures or without a look-back that kept them.
    guard heard.strokes == 0 else { return "nothing was stored" }
    guard !heard.keyboards.isEmpty else {
      return "nothing was played: no keyboard was there; see: woodshed ports"
    }
    guard !sent.isEmpty else {
      return "nothing was played: nothing came from "
        + heard.keyboards.map(\.name).joined(separator: ", ")
    }
    return "nothing was played: no note among "
      + sent.map { "\(Readable.count($0.messages, "message")) from \($0.name)" }
      .joined(separator: ", ")
  }
}
