import Foundation
package import Workbench

extension TakeList: ConsoleResult {
  /// A row for each take, and the library's totals.
  package var lines: [String] {
    guard !takes.isEmpty else {
      let none = remark ?? (total > 0 ? "none of the takes is as asked for" : nil)
      return [none, totals].compactMap(\.self)
    }
    let table = Table(columns: [
      .init(gap: 0, width: 6, isRight: true), .init(width: 10), .init(width: 7, isRight: true),
      .init(width: 6, isRight: true), .init(width: 9), .init(width: 10), .init(),
    ])
    let rows = takes.map { take in
      [
        "\(take.number)", Self.day(take.startedAt), Readable.text(seconds: take.seconds),
        "\(take.notes)", take.origin.rawValue, take.standing, take.source,
      ]
    }
    let head = ["take", "day", "length", "notes", "origin", "", "from"]
    return ([head] + rows).map(table.line) + [totals]
  }

  /// "27 takes, 12 shown; 2.0 hours played".
  var totals: String {
    let more = total > takes.count ? ", \(takes.count) shown" : ""
    return
      "\(Readable.count(total, "take"))\(more); \(Readable.words(seconds: playedSeconds)) played"
  }

  /// "2026-11-25".
  static func day(_ date: Date) -> String { Readable.day(date) }
}

extension TakeLine {
  /// "held-out", "keep 4", "discard", "3".
  var standing: String {
    let words = heldOut ? ["held-out"] : [judgement, rating.map { "\($0)" }].compactMap(\.self)
    return words.joined(separator: " ")
  }
}
