import Foundation
import Library
import Plot

extension Project {
  /// The maximum number of rounds in a lineage; the newest are shown.
  private static let mostRounds = 5

  /// The chart of which takes each round learned from, and which takes it generated.
  func lineageChart() throws -> LineageChart {
    let rounds = try library.rounds().filter { $0.status != .failed }.suffix(Self.mostRounds)
    let generated = try library.takes(matching: TakeQuery(origin: .generated))
    let maker = Dictionary(
      uniqueKeysWithValues: generated.map { ($0.number, $0.generation?.round ?? 0) })
    var nodes = [
      LineageChart.Node(
        column: 0, title: "the base", detail: settings.template, kind: .model)
    ]
    var links: [(from: Int, to: Int)] = []
    /// The indices in `nodes` of rounds, and of the takes that they generated, by round; 0 is the base.
    var places = [0: 0]
    var takesOf: [Int: Int] = [:]
    /// The indices in `nodes` of the musician's takes.
    var boxOfTake: [Int64: Int] = [:]

    func addTakes(of round: Int, column: Int) {
      let takes = generated.filter { ($0.generation?.round ?? 0) == round }
      guard !takes.isEmpty, let maker = places[round] else { return }
      let kept = takes.count { $0.judgement == .keep }
      takesOf[round] = nodes.count
      links.append((maker, nodes.count))
      nodes.append(
        LineageChart.Node(
          column: column, title: Readable.count(takes.count, "take"),
          detail: kept == 0 ? "none kept yet" : "\(kept) kept", kind: .generated))
    }

    addTakes(of: 0, column: 1)
    let playing = try library.playing()
    for (index, round) in rounds.enumerated() {
      let data = try library.takes(ofRound: round.number).filter { $0.role == .train }
      let own = data.map(\.take).filter { maker[$0] == nil }
      let new = own.filter { boxOfTake[$0] == nil }
      if !new.isEmpty {
        let seconds = new.reduce(0) { $0 + Double(playing[$1] ?? 0) / 1e9 }
        for take in new { boxOfTake[take] = nodes.count }
        nodes.append(
          LineageChart.Node(
            column: index, title: "you: \(Readable.count(new.count, "take"))",
            detail: Readable.words(seconds: seconds), kind: .playing))
      }
      let place = nodes.count
      places[round.number] = place
      nodes.append(
        LineageChart.Node(
          column: index + 1, title: "round \(round.number)", detail: round.status.rawValue,
          kind: .model))
      links.append((places[round.parent ?? 0] ?? 0, place))
      links += Set(own.compactMap { boxOfTake[$0] }).sorted().map { ($0, place) }
      let models = Set(data.compactMap { maker[$0.take] }).sorted()
      links += models.compactMap { takesOf[$0] }.map { ($0, place) }
      addTakes(of: round.number, column: index + 2)
    }
    return LineageChart(nodes: nodes, links: links)
  }
}
