import Foundation
import Library
import Plot

/// What a round's record says of how it learned; what older records lack is nil.
struct RoundNumbers: Decodable {
  var seconds: Double?
  var takes: Int?
  var passes: Double?
  var base: Estimate?
  var tuned: Estimate?
  var gain: Estimate?
  var history: [TuneReport.Look]?

  init(of round: RoundRecord) {
    let numbers = try? JSONDecoder().decode(Self.self, from: Data(round.numbers.utf8))
    self = numbers ?? Self()
  }

  private init() {}
}

extension Project {
  /// Draws how the rounds learned.
  ///
  /// - Throws: ``WorkbenchError``, `LibraryError`.
  public func plotRounds(_ request: PictureRequest) throws -> PictureReport {
    guard let chart = try roundsChart() else {
      throw WorkbenchError.nothingToPlot(
        what: "rounds", cause: "no round was judged on held-out playing yet")
    }
    return try write(chart.picture, as: "rounds", request)
  }

  /// The chart of all rounds that were judged; nil when none was.
  func roundsChart() throws -> RoundsChart? {
    let rounds = try library.rounds().compactMap { round -> RoundsChart.Round? in
      let numbers = RoundNumbers(of: round)
      guard let base = numbers.base, let tuned = numbers.tuned else { return nil }
      return RoundsChart.Round(
        number: round.number, isCurrent: round.status == .current,
        tuned: .init(value: tuned.value, error: tuned.standardError),
        base: .init(value: base.value, error: base.standardError),
        curve: (numbers.history ?? []).map { (passes: $0.pass, nats: $0.heldOut) })
    }
    return rounds.isEmpty ? nil : RoundsChart(rounds: rounds)
  }
}
