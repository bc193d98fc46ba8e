import Foundation
import Performance
import Work
package import Workbench

extension TakeDetail: ConsoleResult {
  /// The take's number, where it comes from, and the measures of its style.
  package var lines: [String] { [title] + facts + measures }

  /// "take 12, played, held-out".
  var title: String {
    "take \(line.number), \(line.origin.rawValue)\(line.heldOut ? ", held-out" : "")"
  }

  /// A line for each fact.
  var facts: [String] {
    let table = Table.facts(width: 8)
    var rows = [
      ["from", file ?? line.source],
      ["when", Readable.moment(line.startedAt)],
      ["length", Readable.text(seconds: line.seconds)],
      ["notes", "\(line.notes)"],
      ["events", "\(events)"],
      ["pedal", "down \(Int(nearestTo: pedalShare * 100))% of the time"],
    ]
    if let judgement = line.judgement {
      let parts = phrases.map {
        "\(Readable.text(seconds: $0.from)) to \(Readable.text(seconds: $0.to))"
      }
      rows.append(["verdict", ([judgement] + parts).joined(separator: ", ")])
    }
    if let rating = line.rating { rows.append(["rating", "\(rating) of 5"]) }
    if let note = line.note { rows.append(["note", note]) }
    if let made = line.made {
      rows.append([
        "model",
        "\(made.model), seed \(made.seed), stream \(made.stream), temperature \(made.temperature), "
          + "top-p \(made.topP)",
      ])
      if let weights = made.weights { rows.append(["weights", String(weights.prefix(12))]) }
      if let recipe {
        rows.append([recipe.isLive ? "live" : "again", recipe.command])
        rows += recipe.digests.sorted { $0.key < $1.key }.map {
          ["with", "\($0.key), \($0.value.prefix(12))"]
        }
      }
    }
    rows += marks.map { mark in
      let words = [Readable.text(seconds: mark.seconds)] + [mark.text].compactMap(\.self)
      return [mark.kind, words.joined(separator: "  ")]
    }
    return rows.map(table.line)
  }

  /// A line for each measure of style.
  var measures: [String] {
    let table = Table.facts(width: 18)
    return style.measures.filter { $0.unit != nil }.map { measure in
      table.line([measure.name, "\((measure.mean * 100).rounded() / 100) \(measure.unit ?? "")"])
    }
  }
}
