import Foundation
import Rounds
package import Workbench

extension TourReport: ConsoleResult {
  /// What was done, and a table of how far the takes moved.
  package var lines: [String] {
    let table = Table(columns: [
      .init(gap: 0, width: 22), .init(gap: 0, width: 8, isRight: true),
      .init(gap: 0, width: 8, isRight: true), .init(gap: 0, width: 9, isRight: true),
    ])
    let rows = measures.map { measure in
      [measure.name]
        + [measure.base, measure.tuned, measure.pianist].map {
          String(Estimate.fixed($0).dropLast())
        }
    }
    let nearer = measures.count { $0.tuned < $0.base }
    return [
      "A made-up pianist played \(Readable.words(seconds: seconds)) in \(sessions) sessions.", "",
    ] + tune.lines + [
      "", "How far from the pianist (0 is the same, 1 has nothing in common):",
    ] + ([["", "base", "tuned", "pianist"]] + rows).map(table.line) + [
      "",
      "Nearer to the pianist than the base in \(nearer) of \(measures.count) measures. The last "
        + "column is the pianist against themselves: as near as one gets.",
      "",
      "The project is in \(project)",
    ] + listening + [
      "",
      "\(Readable.text(seconds: wallSeconds)) in all. Your own: woodshed new NAME, then "
        + "woodshed import PATH;",
      "woodshed generate --after last then goes on from your own playing within seconds.",
    ]
  }

  /// What there is to hear, and how.
  private var listening: [String] {
    guard !sounds.isEmpty else {
      return [silence.map { "Nothing can be heard here: \($0)." }].compactMap(\.self)
        + ["The takes to listen to:"] + files.map { "  \($0)" }
    }
    let width = sounds.map(\.player.count).max() ?? 0
    return ["Hear them in this order, by any player of sounds:"]
      + sounds.map { sound in
        "  " + sound.player.padding(toLength: width + 2, withPad: " ", startingAt: 0) + sound.path
      }
  }
}
