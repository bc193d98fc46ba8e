import Work
package import Workbench

extension BlindTally: ConsoleResult {
  /// The answers to both questions, a line each.
  package var lines: [String] {
    guard pairs > 0 else { return ["heard blind: no pair was answered"] }
    let table = Table.facts(width: 13)
    return [
      "heard blind, \(Readable.count(pairs, "pair")):", table.line(["more you", text(moreMe)]),
      table.line(["liked more", text(liked)]),
    ]
  }

  private func text(_ count: Count) -> String {
    func percent(_ share: Double) -> Int { Int(nearestTo: share * 100) }
    guard let share = count.share else { return "no answer for either" }
    let interval = count.interval
    let alike = count.alike > 0 ? ", \(count.alike) alike" : ""
    let sure = interval.contains(0.5) ? "; may be chance" : ""
    return "\(b) in \(count.b) of \(count.a + count.b)\(alike): \(percent(share)) %, between "
      + "\(percent(interval.lowerBound)) and \(percent(interval.upperBound)) %\(sure)"
  }
}
