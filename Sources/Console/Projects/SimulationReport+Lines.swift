import Performance
import Rounds
import Work
package import Workbench

extension SimulationReport: ConsoleResult {
  /// A table in Markdown.
  package var lines: [String] {
    guard !rounds.isEmpty else { return ["the musician has played, and no round was trained"] }
    func percent(_ value: Double) -> String { "\(Int(nearestTo: value * 100)) %" }
    let title =
      isGuarded
      ? "With the rules of the loop\(hasTaste ? "" : ", every third take kept blindly"):"
      : "Without the rules:"
    let lines = rounds.map { row -> String in
      let ratios = row.variety.beside(rounds[0].variety).map {
        percent($0.value / max(1e-9, $0.other))
      }
      let cells =
        [
          "\(row.round)", row.status, row.heldOut.text, percent(row.liked), row.liking.text,
        ] + ratios
        + [row.toward?.shortText ?? "\(row.fed)", percent(row.fedShare)]
      return "| " + cells.joined(separator: " | ") + " |"
    }
    return [
      title, "",
      "| round | | held out | would keep | liking | figures | pitch classes | velocities | "
        + "\(rounds[0].toward == nil ? "fed" : "toward") | their share |",
      "|---|---|---|---|---|---|---|---|---|---|",
    ] + lines
  }
}
