import Foundation
import Rounds
package import Workbench

extension RoundList: ConsoleResult {
  /// A row for each round, and which is in use.
  package var lines: [String] {
    let table = Table(columns: [
      .init(gap: 0, width: 5), .init(width: 9), .init(width: 10), .init(width: 8),
      .init(width: 10), .init(width: 4), .init(width: 14), .init(),
    ])
    let rows = rounds.map { round in
      [
        "\(round.number)", round.status, TakeList.day(round.createdAt),
        round.parent.map { "round \($0)" } ?? "base", Clock.words(seconds: round.playedSeconds),
        round.kept > 0 ? "\(round.kept)" : "", (round.heldOut?.text ?? "") + (round.isOfOtherHeldOut ? "*" : ""),
        round.bytes.map(Clock.megabytes) ?? (round.isRemoved ? "removed" : "missing"),
      ]
    }
    let head = ["round", "", "day", "from", "played", "kept", "held out", "on disk"]
    let use = current.map { "round \($0) is in use" } ?? "the base is in use"
    let isMarked = rounds.contains(where: \.isOfOtherHeldOut)
    let told = rounds.first { $0.number == current } ?? rounds.last
    let sentences = (told?.sentences ?? []).map { "round \(told?.number ?? 0): \($0)" }
    return (rows.isEmpty ? [] : [head] + rows).map(table.line)
      + (isMarked ? ["* judged by what was set aside before: not to be compared with the others"] : [])
      + sentences + [
      "\(Clock.count(rounds.count, "round")), \(use); models take \(Clock.megabytes(bytes))"
    ]
  }
}
