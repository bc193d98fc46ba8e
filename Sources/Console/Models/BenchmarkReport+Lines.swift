import Foundation
import Work
package import Workbench

extension BenchmarkReport: ConsoleResult {
  /// A line for each figure, and what it means.
  package var lines: [String] {
    let table = Table(columns: [
      .init(gap: 2, width: 37), .init(gap: 1, width: 8, isRight: true), .init(gap: 1),
    ])
    let (version, instructions, threads) = computedWith
    var lines = ["oneDNN \(version), \(instructions), \(Readable.count(threads, "thread"))"]
    lines += figures.map { figure in
      let what =
        switch figure.task {
        case .train: "training, \(figure.lanes) lanes of \(figure.steps)"
        case .sample where figure.streamsPerTake != nil:
          "generating \(figure.lanes / (figure.streamsPerTake ?? 1)) takes by \(figure.streamsPerTake ?? 1) streams each"
        case .sample: "generating \(Readable.count(figure.lanes, "take")) at once"
        case .evaluate: "judging, \(figure.lanes) lanes of \(figure.steps)"
        }
      let rate = Int(nearestTo: figure.eventsPerSecond).formatted()
      return table.line([what, rate, "events/s in \(figure.arithmetic)"])
    }
    if let hours, let roundMinutes {
      let length = Readable.words(seconds: hours * 3600)
      let time = Readable.words(seconds: roundMinutes * 60)
      lines.append("your \(length) of playing: a round takes \(time) at most")
    }
    return lines
  }
}
