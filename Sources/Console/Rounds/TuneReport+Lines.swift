import Rounds
import Work
package import Workbench

extension TuneReport: ConsoleResult {
  /// What the round learned from, how good it is, and what to do with it.
  package var lines: [String] { remarks + numbers.lines }
}

extension RoundNumbers {
  fileprivate var lines: [String] {
    let kept = data.flatMap { $0.kept.takes > 0 ? $0.kept.countOfTakes("kept take") : nil }
    var lines = [
      "round \(round) (\(status)): trained on \(Readable.words(seconds: seconds)) of playing, "
        + Readable.count(takes, "take")
        + (kept.map { ", and \($0)" } ?? "") + "; \(endingText)"
    ]
    lines += sentences
    lines += judgement
    lines.append(
      "\(Readable.text(seconds: wallSeconds)), \(Int(nearestTo: eventsPerSecond)) events/s in \(precision)"
    )
    if status == "candidate" {
      let reason = reason ?? "it predicts the held-out takes worse than the round in use"
      let standing = previous.map { "round \($0)" } ?? "the base"
      lines.append("a candidate, and \(standing) stays in use: \(reason)")
      lines.append("hear it:               woodshed generate --model \(round)")
      lines.append("use it all the same:   woodshed rounds use \(round)")
    } else {
      if let previous, let gainOnStanding, gainOnStanding.value < 0 {
        lines.append(
          "in use, though round \(previous) predicts the held-out takes better: up to "
            + "\(Gate.margin) is let pass; go back with: woodshed rounds use \(previous)")
      }
      lines.append("hear it: woodshed generate --count 8 --after last")
    }
    return lines
  }

  /// How well the round predicts the held-out takes; empty if there are none.
  private var judgement: [String] {
    guard let base, let tuned, let gain else { return [] }
    let table = Table.facts(width: 9)
    var lines = [
      "held out: \(Readable.words(seconds: heldOutSeconds)), \(Readable.count(heldOutTakes, "take"))",
      table.line(["base", "\(base.text) nats per event"]),
    ]
    if let previous, let standing {
      lines.append(table.line(["round \(previous)", "\(standing.text) nats per event"]))
    }
    lines.append(table.line(["round \(round)", "\(tuned.text) nats per event"]))
    lines.append(table.line(["gain", (promised ?? gain).text]))
    if let previous, let gainOnStanding {
      lines.append(table.line(["", "\(gainOnStanding.text) on round \(previous)"]))
    }
    return lines
  }

  private var endingText: String {
    let made = "\((passes * 10).rounded() / 10) pass\(passes == 1 ? "" : "es")"
    switch ending {
    case .passes: return made
    case .noLongerBetter:
      return "\(made), until "
        + (way == nil
          ? "it no longer got better; the best is kept"
          : "music that it did not read got no better")
    case .time:
      return
        "\(made), until the time was over; the best is kept; go on with: woodshed tune --resume"
    case .stopped:
      return "stopped after \(made); the best so far is kept; go on with: woodshed tune --resume"
    }
  }
}
