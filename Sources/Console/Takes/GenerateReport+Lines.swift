import Work
package import Workbench

extension GenerateReport: ConsoleResult {
  /// Each take, and how they were made.
  package var lines: [String] {
    let from = after.map { ", after \($0)" } ?? ""
    return takes.map {
      "take \($0.number): \(Readable.text(seconds: $0.seconds)), \(Readable.count($0.notes, "note"))"
    } + [
      "\(Readable.count(takes.count, "take")) by \(model)\(from), seed \(seed) "
        + "(\(Int(nearestTo: Double(events) / max(0.001, wallSeconds))) events/s)"
    ]
  }
}
