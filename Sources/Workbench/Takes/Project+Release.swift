public import Foundation
import Library

/// The takes that were released.
public struct ReleaseReport: Codable, Sendable {
  /// Their numbers.
  public var takes: [Int64]
}

extension Project {
  /// Releases takes that were imported as held-out: rounds may be trained on them again. All are released or,
  /// when it throws, none.
  ///
  /// - Throws: ``WorkbenchError``, `LibraryError`.
  public func release(_ names: [TakeName], at date: Date = Date()) throws -> ReleaseReport {
    // A tuning under way is judged by what was set aside when it began.
    let lock = try ProjectLock(of: self, for: .tuning, doing: "release takes of")
    defer { withExtendedLifetime(lock) {} }
    var seen: Set<Int64> = []
    let takes = try names.map { try summary(of: $0) }.filter { seen.insert($0.number).inserted }
    for take in takes {
      guard take.heldOut else {
        throw WorkbenchError.notReleasable(
          number: take.number, cause: "it is not set aside for judging")
      }
      for use in try library.uses(of: take.number) {
        switch use {
        case .judged(let round):
          throw WorkbenchError.hasJudged(number: take.number, round: round)
        case .chosenForJudging:
          throw WorkbenchError.notReleasable(
            number: take.number,
            cause: "it was chosen from your playing, not brought in for judging")
        case .trained, .goneOnFrom, .heardBlind: break
        }
      }
    }
    try library.release(takes: seen, at: date)
    return ReleaseReport(takes: takes.map(\.number))
  }
}
