import Foundation
import Performance
import Rounds
import Work
package import Workbench

extension RoundDetail: ConsoleResult {
  /// Where the round comes from, what it learned from, and its numbers.
  package var lines: [String] {
    let table = Table.facts(width: 10)
    let trained = takes.filter { $0.weight > 0 }
    let whole = trained.filter { $0.weight == 1 }
    var rows = [
      ["when", "\(Readable.moment(line.createdAt)), by woodshed \(programVersion)"],
      [
        "from",
        "\(line.parent.map { "round \($0)" } ?? "the base"), "
          + String((parentDigest ?? "").prefix(12)),
      ],
      [
        "weights",
        "\(String((weightsDigest ?? "").prefix(12))), "
          + (line.bytes.map(Readable.megabytes) ?? (line.isRemoved ? "removed by you" : "missing")),
      ],
      [
        "settings",
        "\(Readable.count(settings.passes, "pass", "passes")) at most, learning rate \(settings.learningRate), "
          + "dropout \(settings.dropout), seed \(settings.seed)"
          + (settings.repertoire ? ", the pieces by heart" : ""),
      ],
    ]
    if let toward = numbers?.toward { rows.append(["toward", Self.text(of: toward)]) }
    rows.append(["played", Self.list(whole.map(\.take))])
    for weight in Set(trained.map(\.weight)).filter({ $0 < 1 }).sorted(by: >) {
      let takes = trained.filter { $0.weight == weight }.map(\.take)
      rows.append(["kept", "\(Self.list(takes)) at weight \((weight * 100).rounded() / 100)"])
    }
    rows.append(["judged by", Self.list(takes.filter { $0.weight == 0 }.map(\.take))])
    return ["round \(line.number), \(line.status)"] + (numbers?.sentences ?? [])
      + rows.map(table.line) + looks + measured
      + (line.reason.map { ["  \($0)"] } ?? [])
  }

  /// "shimmer.py (61b2…), strength 1.0; 122 takes that have 2.0 ± 0.2 spreads more of it".
  private static func text(of toward: TowardNumbers) -> String {
    "\(toward.gauge) (\(toward.digest.prefix(12))), strength \(toward.strength); "
      + "\(Readable.count(toward.takes, "take")) that have \(TowardNumbers.words(of: toward.made)) of it"
  }

  /// A line for each evaluation on the held-out takes.
  private var looks: [String] {
    let table = Table(columns: [.init(), .init(gap: 1, width: 5, isRight: true), .init(), .init()])
    return (numbers?.history ?? []).map { look in
      table.line([
        "pass", "\((look.pass * 10).rounded() / 10)", "held-out \(Estimate.fixed(look.heldOut))",
        look.training.map { "training \(Estimate.fixed($0))" } ?? "",
      ])
    }
  }

  /// How far the round goes toward the trained weights, its gain, and its variety.
  private var measured: [String] {
    guard let numbers else { return [] }
    let table = Table.facts(width: 10)
    var lines: [String] = []
    if let share = numbers.share {
      lines.append(
        table.line([
          "way",
          numbers.toward == nil
            ? "\(Int(nearestTo: share * 100)) % of the way from the base to where training led"
            : "\(share) times the difference that takes toward the gauge make in training",
        ]))
    }
    if let gain = numbers.promised ?? numbers.gain {
      lines.append(table.line(["gain", "\(gain.text) on the base"]))
    }
    if let way = numbers.way {
      for look in way.looks {
        lines.append(
          table.line([
            "",
            "\(look.gain.text) at \(Int(nearestTo: look.share * 100)) % in "
              + Readable.count(way.folds, "part"),
          ]))
      }
    }
    if let previous = numbers.previous, let gain = numbers.gainOnStanding {
      lines.append(table.line(["", "\(gain.text) on round \(previous)"]))
    }
    if let variety = numbers.variety, let before = numbers.standingVariety,
      let own = numbers.ownVariety
    {
      for (row, own) in zip(variety.beside(before), own.beside(own)) {
        lines.append(
          "  \(row.name): \(Estimate.fixed(row.value)), before \(Estimate.fixed(row.other)), "
            + "you \(Estimate.fixed(own.value))")
      }
    }
    return lines
  }

  /// "takes 1–4, 7".
  private static func list(_ takes: [Int64]) -> String {
    guard !takes.isEmpty else { return "nothing" }
    var runs: [ClosedRange<Int64>] = []
    for take in Set(takes).sorted() {
      if let last = runs.last, last.upperBound + 1 == take {
        runs[runs.count - 1] = last.lowerBound...take
      } else {
        runs.append(take...take)
      }
    }
    return "takes "
      + runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }
      .joined(separator: ", ")
  }
}
