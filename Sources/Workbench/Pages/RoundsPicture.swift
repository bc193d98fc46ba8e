import Foundation
import Library
import Plot
import Rounds

extension Project {
  /// Draws the rounds' results on held-out playing and their learning curves.
  ///
  /// - Throws: ``WorkbenchError``, `DiskError`, `LibraryError`.
  public func plotRounds(_ request: PictureRequest) throws -> PictureReport {
    guard let chart = try roundsChart() else {
      let count = try library.rounds().count
      guard count == 0 else { throw WorkbenchError.roundsNotJudged(count: count) }
      throw WorkbenchError.nothingToPlot(
        what: "rounds", cause: "there is no round yet")
    }
    return try writePicture(chart.picture, as: "rounds", request)
  }

  /// The chart of all rounds that were judged on held-out takes; `nil` if there are none.
  func roundsChart() throws -> RoundsChart? {
    let rounds = try library.rounds().compactMap { round -> RoundsChart.Round? in
      guard let numbers = round.roundNumbers, let base = numbers.base, let tuned = numbers.tuned
      else { return nil }
      return RoundsChart.Round(
        number: round.number, isCurrent: round.status == .current,
        tuned: .init(value: tuned.value, error: tuned.standardError),
        base: .init(value: base.value, error: base.standardError),
        curve: (numbers.history ?? []).map { (passes: $0.pass, nats: $0.heldOut) },
        repertoire: numbers.repertoire?.value)
    }
    return rounds.isEmpty ? nil : RoundsChart(rounds: rounds)
  }
}
