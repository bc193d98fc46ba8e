package import Rounds
import Work
import Workbench

extension TuneOutlook: ConsoleResult {
  /// What the round starts from, and what it learns from.
  package var lines: [String] {
    let table = Table.facts(width: 12)
    var lines = warnings
    if hasMuchOfHeldOut == true { lines.append(Remedy.setAsideAgain.words) }
    lines.append(
      "round \(round): from \(start), \(Readable.count(settings.passes, "pass", "passes")) at most, "
        + "seed \(settings.seed)")
    lines.append(table.line(["you played", played.text]))
    if kept.takes > 0 {
      let weights = takes.suffix(kept.entries).map(\.weight)
      let least = Self.hundredths(weights.min() ?? 0)
      let most = Self.hundredths(weights.max() ?? 0)
      lines.append(
        table.line([
          "you kept",
          "\(kept.text), at weight \(least == most ? most : "\(least) to \(most)"): "
            + "\(Int(nearestTo: keptShare * 100)) % of what it learns from",
        ]))
    }
    if let toward {
      lines.append(
        table.line([
          "toward",
          "\(TowardNumbers.name(of: toward)): takes that it plays itself, a third of what it learns from",
        ]))
    }
    if let previous {
      let new = [
        newPlayed.takes > 0 ? "\(newPlayed.text) played" : nil,
        newKept.takes > 0 ? "\(newKept.countOfTakes("take")) kept" : nil,
      ].compactMap(\.self)
      lines.append(
        table.line([
          "new",
          "\(new.isEmpty ? "nothing" : new.joined(separator: "; ")) since round \(previous)",
        ]))
    }
    lines.append(table.line(["set aside", heldOut.takes > 0 ? heldOut.text : "nothing"]))
    lines += leftOut.map { table.line(["left out", "take \($0.take): \($0.reason)"]) }
    if unkept > 0 {
      lines.append(
        table.line([
          "left out",
          "\(Readable.count(unkept, "take")) of models that you neither kept nor discarded",
        ]))
    }
    return lines
  }

  private static func hundredths(_ value: Double) -> String {
    "\((value * 100).rounded() / 100)"
  }
}

extension TuneOutlook.Part {
  /// "24 minutes, 3 takes, 41202 events".
  fileprivate var text: String {
    "\(Readable.words(seconds: seconds)), \(countOfTakes("take")), "
      + Readable.count(events, "event")
  }

  /// How many lines of the data list it is.
  fileprivate var entries: Int { takes - (takesInPhrases ?? 0) + (phrases ?? 0) }

  /// "5 kept takes (one in 2 phrases)".
  func countOfTakes(_ noun: String) -> String {
    let all = Readable.count(takes, noun)
    switch (takesInPhrases ?? 0, phrases ?? 0) {
    case (0, _): return all
    case (1, 1): return all + (takes == 1 ? " (a phrase of it)" : " (of one a phrase)")
    case (1, let phrases): return all + " (\(takes == 1 ? "" : "one ")in \(phrases) phrases)"
    case (let some, let phrases):
      return all + " (\(some == takes ? "" : "\(some) ")in \(phrases) phrases)"
    }
  }
}
