package import Workbench

extension GaugeTrialReport: ConsoleResult {
  /// What the gauge gives the model's takes and the musician's, with the ends of both.
  package var lines: [String] {
    var lines = Self.lines(of: unsteered, by: "unsteered, by \(model)", each: "unsteered")
    if let mine { lines += Self.lines(of: mine, by: "played by you", each: "take") }
    return lines
  }

  /// "64 takes unsteered, by base: mean 0.21, spread 0.08", and the highest and lowest.
  private static func lines(of sample: Sample, by whom: String, each: String) -> [String] {
    func rows(_ end: String, _ items: [Item]) -> [[String]] {
      items.enumerated().map { index, item in
        [
          index == 0 ? end : "", Readable.number(item.value), item.path ?? "\(each) \(item.number)",
          "\(Readable.text(seconds: item.seconds)), \(Readable.count(item.notes, "note"))",
        ]
      }
    }
    let rows = rows("highest", sample.highest) + rows("lowest", sample.lowest)
    let table = Table(columns: [
      .init(), .init(isRight: true), .init(), .init(),
    ]).fitted(to: rows)
    return [
      "\(Readable.count(sample.count, "take")) \(whom): mean \(Readable.number(sample.mean)), "
        + "spread \(Readable.number(sample.spread))"
    ] + rows.map(table.line)
  }
}
