import Foundation
import Rounds
package import Workbench

extension RoundList: ConsoleResult {
  /// A row for each round, the sentences of the round in use, and which that is.
  package var lines: [String] {
    let table = Table(columns: [
      .init(gap: 0, width: 5), .init(width: 9), .init(width: 10), .init(width: 8),
      .init(width: 10), .init(width: 4), .init(width: 14), .init(),
    ])
    let rows = rounds.map { round in
      [
        "\(round.number)", round.status, TakeList.day(round.createdAt),
        round.parent.map { "round \($0)" } ?? "base", Readable.words(seconds: round.playedSeconds),
        round.kept > 0 ? "\(round.kept)" : "",
        (round.heldOut?.text ?? "") + (round.isOfOtherHeldOut ? "*" : ""),
        round.bytes.map(Readable.megabytes) ?? (round.isRemoved ? "removed" : "missing"),
      ]
    }
    let head = ["round", "", "day", "from", "played", "kept", "held out", "on disk"]
    var lines = (rows.isEmpty ? [] : [head] + rows).map(table.line)
    if rounds.contains(where: \.isOfOtherHeldOut) {
      lines.append("* judged by what was set aside before: not to be compared with the others")
    }
    lines += rounds.compactMap { round in
      round.toward.map { "round \(round.number) was trained toward \($0)" }
    }
    if let told = rounds.first(where: { $0.number == current }) ?? rounds.last {
      lines += told.sentences.map { "round \(told.number): \($0)" }
    }
    let use = current.map { "round \($0) is in use" } ?? "the base is in use"
    lines.append(
      "\(Readable.count(rounds.count, "round")), \(use); models take \(Readable.megabytes(bytes))")
    return lines
  }
}
