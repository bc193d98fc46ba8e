import Rounds
package import Workbench

extension EvaluationReport: ConsoleResult {
  /// What was not counted, the numbers, and those of each group of files.
  package var lines: [String] {
    var lines = files.compactMap { file in
      file.reason.map { "\(file.path): not counted: \($0)" }
    }
    lines.append(
      "\(model): \(estimate.text) nats per event, \(Estimate.fixed(nllPerNote)) per note, "
        + "\(Estimate.fixed(nllPerSecond)) per second "
        + "(\(Readable.count(events, "event")), \(Readable.count(notes, "note")), "
        + "\(Readable.count(files.count { $0.nllPerEvent != nil }, "file")))")
    if let kinds {
      let parts = kinds.map {
        "\(Self.words[$0.kind] ?? $0.kind) \(Estimate.fixed($0.nllPerNote))"
      }
      lines.append("  of a note's nats: " + parts.joined(separator: ", "))
    }
    if cutSeconds >= 0.5 {
      lines.append(
        "  silence of more than five seconds is read as five: \(Readable.words(seconds: cutSeconds)) "
          + "left out")
    }
    for group in sets {
      lines.append(
        "  \(group.set): \(Estimate.fixed(group.nllPerEvent)) "
          + "(\(Readable.count(group.events, "event")), \(Readable.count(group.files, "file")))")
    }
    return lines
  }

  private static let words = [
    "noteOn": "its key", "noteOff": "its end", "timeShift": "time", "velocity": "its loudness",
  ]
}
