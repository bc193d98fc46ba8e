import Foundation
import Network
import Player
import Work

extension RoundTraining {
  /// Trains twice on the playing, once with takes played toward a gauge and once with as many unsteered ones,
  /// and moves the start by a multiple of the difference.
  ///
  /// So what the two trainings have in common, the playing itself, moves nothing.
  ///
  /// Source: Ilharco et al., "Editing models with task arithmetic", 2023.
  func run(
    toward made: TunePlan.Made, savingTo files: ModelFiles?, resuming: Bool, stoppingAt stop: Int,
    measuredBy measure: (Weights) throws -> Double, progress: @escaping ProgressHandler
  ) throws -> RoundResult {
    var ends: [TrainingResult] = []
    for side in 0..<2 {
      let places = Array(plan.takes.indices)
        + made.takes.indices.map { plan.takes.count + side * made.takes.count + $0 }
      let run = try TrainingRun(
        start: start, anchor: base, corpus: PartOfCorpus(corpus, places: places), heldOut: [], options: options)
      ends.append(try run.run { now in
        progress(
          WorkProgress(
            activity: "tuning, part \(side + 1) of 2", done: Double(now.events), total: Double(now.totalEvents),
            unit: "events", seconds: now.trainingSeconds))
      })
    }
    func nats(_ weights: Weights) throws -> Double {
      Estimate.natsPerEvent(
        try Model(weights: weights, precision: precision)
          .scores(of: heldOut, activity: "weighing the round", progress: progress)
      ).value
    }
    var result = ends[0]
    FileHandle.standardError.write(Data("start \(try nats(start)) A \(try nats(ends[0].last)) \(try measure(ends[0].last)) B \(try nats(ends[1].last)) \(try measure(ends[1].last))\n".utf8))
    for factor: Float in [1, 2, 3, 4, 6] {
      let moved = start.moved(by: factor, from: ends[1].last, to: ends[0].last)
      FileHandle.standardError.write(Data("factor \(factor) held-out \(try nats(moved)) gauge \(try measure(moved))\n".utf8))
      let onTop = ends[1].last.moved(by: factor, from: ends[1].last, to: ends[0].last)
      FileHandle.standardError.write(Data("  on B held-out \(try nats(onTop)) gauge \(try measure(onTop))\n".utf8))
      if factor == 2 { result.best = moved; result.share = Double(factor) }
    }
    return RoundResult(training: result, way: nil)
  }
}
