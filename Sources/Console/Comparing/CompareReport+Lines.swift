import Performance
import Rounds
import Work
package import Workbench

extension CompareReport: ConsoleResult {
  /// A table of both sides, and the verdict in a sentence.
  package var lines: [String] {
    var lines = remarks
    lines.append(row("", [a.name, b.name, b.isMusician || a.isMusician ? nil : "you"]))
    if a.heldOut != nil || b.heldOut != nil {
      lines.append("your held-out playing, nats per event (lower is better)")
      lines.append(row("  surprise", [a.heldOut?.text ?? "", b.heldOut?.text ?? ""]))
      if let gain {
        lines.append(
          row("  better by", ["", gain.text]) + (gain.isSure ? "" : "  (may be chance)"))
      }
    }
    lines.append("distance to your held-out playing (0 is the same, 1 has nothing in common)")
    for measure in measures + [distance] {
      let note = measure.nearer.isSure ? (measure.nearer.value > 0 ? "  nearer" : "  farther") : ""
      lines.append(
        row("  " + measure.name, [measure.a.text, measure.b.text] + third(measure))
          + (a.isMusician || b.isMusician ? "" : note))
    }
    lines.append("variety")
    let yours = you.variety.beside(you.variety)
    for (row, own) in zip(a.variety.beside(b.variety), yours) {
      let own = isThree ? [Self.number(own.value)] : []
      lines.append(
        self.row("  " + row.name, [Self.number(row.value), Self.number(row.other)] + own))
    }
    lines.append("copying, in figures of eight notes, whatever the key and tempo")
    lines += overlaps("your takes", a.ofYours, b.ofYours, you.ofYours)
    if let a = a.ofBase, let b = b.ofBase, let you = you.ofBase {
      lines += overlaps("the base's music", a, b, you)
    }
    lines.append(
      "pedal down \(Int(nearestTo: pedalShare * 100)) % of your time; models play how long notes "
        + "sound with it, not the pedal")
    if let blind { lines += [""] + blind.lines }
    return lines + ["", sentence]
  }

  private var isThree: Bool { !a.isMusician && !b.isMusician }

  private func third(_ measure: Measure) -> [String] { isThree ? [measure.you.text] : [] }

  private func overlaps(
    _ name: String, _ a: GramIndex.Overlap, _ b: GramIndex.Overlap, _ you: GramIndex.Overlap
  ) -> [String] {
    let three = isThree ? [you] : []
    let sides = [a, b] + three
    return [
      row(
        "  longest stretch of \(name)",
        sides.map { $0.longestRun == 0 ? "none" : Readable.count($0.longestRun, "note") }),
      row("  figures of \(name)", sides.map { "\(($0.share * 1000).rounded() / 10) %" }),
    ]
  }

  private func row(_ name: String, _ cells: [String?]) -> String {
    let side = Table.Column(gap: 1, width: 15, isRight: true)
    return Table(columns: [.init(gap: 0, width: 38), side, side, side])
      .line([name] + cells.compactMap(\.self))
  }

  private static func number(_ value: Double) -> String {
    String(Estimate.fixed(value).dropLast())
  }
}
