import Rounds
import Work
package import Workbench

extension BaseTrainReport: ConsoleResult {
  /// How far it came, and how to go on.
  package var lines: [String] {
    let numbers =
      start.flatMap { start in best.map { (start, $0) } }.map {
        "valid \(Estimate.fixed($0.0)) → \(Estimate.fixed($0.1)) nats per event"
      } ?? "valid not measured"
    let rounded = (passes * 100).rounded() / 100
    let made = rounded == 1 ? "1 pass" : "\(rounded) passes"
    return [
      "\(events) events of \(Readable.count(takes, "take")), \(made), "
        + "in \(Readable.text(seconds: wallSeconds)) (\(Int(nearestTo: eventsPerSecond)) events/s in \(precision))",
      numbers,
      "weights: \(output)",
      "go on with --resume --checkpoint \(checkpoint)",
    ]
  }
}
