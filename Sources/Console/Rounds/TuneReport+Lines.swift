import Rounds
import Work
package import Workbench

extension TuneReport: ConsoleResult {
  /// What the round learned from, how good it is, and what to do with it.
  package var lines: [String] { remarks + numbers.lines }
}

extension RoundNumbers {
  fileprivate var lines: [String] {
    let kept = data.map(\.kept.takes) ?? 0
    var lines = [
      "round \(round) (\(status)): trained on \(Clock.words(seconds: seconds)) of playing, "
        + Clock.count(takes, "take")
        + (kept > 0 ? ", and \(Clock.count(kept, "kept take"))" : "") + "; \(endingText)"
    ]
    lines += judgement
    if base == nil, let way {
      lines.append(
        "\(way), which was best for your latest playing when it was rehearsed without it")
    }
    lines.append(
      "\(Clock.text(seconds: wallSeconds)), \(Int(nearestTo: eventsPerSecond)) events/s in \(precision)"
    )
    if status == "candidate" {
      let reason = reason ?? "it predicts the held-out takes worse than the round in use"
      let standing = previous.map { "round \($0)" } ?? "the base"
      lines.append("a candidate, and \(standing) stays in use: \(reason)")
      lines.append("hear it:               woodshed generate --model \(round)")
      lines.append("use it all the same:   woodshed rounds use \(round)")
    } else {
      lines.append("hear it: woodshed generate --count 8 --after last")
    }
    return lines
  }

  /// How well it predicts what was held out; nothing where nothing was.
  private var judgement: [String] {
    guard let base, let tuned, let gain else { return [] }
    let table = Table.facts(width: 9)
    var lines = [
      "held out: \(Clock.words(seconds: heldOutSeconds)), \(Clock.count(heldOutTakes, "take"))",
      table.line(["base", "\(base.text) nats per event"]),
    ]
    if let previous, let standing {
      lines.append(table.line(["round \(previous)", "\(standing.text) nats per event"]))
    }
    lines.append(table.line(["round \(round)", "\(tuned.text) nats per event"]))
    lines.append(table.line(["gain", gain.text]))
    if let previous, let gainOnStanding {
      lines.append(table.line(["", "\(gainOnStanding.text) on round \(previous)"]))
    }
    if let way { lines.append("\(way), which is best for your held-out playing") }
    if gain.value <= 0 {
      lines.append("it is no better than the base yet: give it more passes, or play more")
    }
    return lines
  }

  /// How far the round goes, when that is neither nowhere nor all the way.
  private var way: String? {
    guard let share, 0 < share, share < 1 else { return nil }
    return "it goes \(Int(nearestTo: share * 100)) % of the way that training led"
  }

  private var endingText: String {
    let made = "\((passes * 10).rounded() / 10) passes"
    switch ending {
    case .passes: return made
    case .noLongerBetter: return "\(made), until it no longer got better; the best is kept"
    case .time: return "\(made), until the time was over; the best is kept"
    case .stopped:
      return "stopped after \(made); the best so far is kept; go on with: woodshed tune --resume"
    }
  }
}
