import Foundation
import Testing

/// A disk that is full or fails at every kind of change that a stage makes: one sentence, exit code 1,
/// nothing half-written, nothing lost, and the next run goes on.
///
/// A few changes of each stage are tried; `WOODSHED_FAULTS=all` tries the first and the last change of
/// each kind to each file.
@Suite(.serialized) struct FaultTests {
  private static let isWhole = ProcessInfo.processInfo.environment["WOODSHED_FAULTS"] == "all"

  @Test(arguments: FaultStage.all)
  func aFailingDiskLosesNothing(stage: FaultStage) throws {
    let changes = try Self.changes(of: stage)
    #expect(!changes.isEmpty)
    var tally: [String: Int] = [:]
    for fault in [FailingDisk.Fault.full, .dead, .hiccup] {
      for change in changes {
        let bench = try stage.bench()
        let before = try LibraryState(of: bench)
        let disk = FailingDisk(folder: bench.projects)
        let outcome = try bench.run(
          stage.arguments, environment: disk.environment(fault, at: change.number))
        let what =
          "\(stage.name), \(fault) at change \(change.number), \(change.text): "
          + "\(outcome.status) \(outcome.error.split(separator: "\n").last ?? "")"
        try bench.expectWhole(before, isKilled: false, what)
        let isDone = try stage.isDone(before, bench)
        if outcome.status == 0 {
          #expect(isDone, "\(what)")
        } else {
          if Self.isWhole { print(what) }
          let sentence = outcome.error.split(separator: "\n").last ?? ""
          #expect(outcome.status == 1 && sentence.contains(#/^cannot .+: .+/#), "\(what)")
        }
        let next = try bench.run(isDone ? ["takes"] : stage.next(in: bench))
        #expect(next.status == 0, "\(what), then \(next.error)")
        try bench.expectWhole(before, isKilled: false, what)
        tally[
          "\(fault): \(outcome.status == 0 ? "done all the same" : "a sentence")", default: 0] += 1
      }
    }
    let outcomes = tally.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    print("faults at \(stage.name): \(outcomes.joined(separator: ", "))")
  }

  /// The changes to try of those that a stage makes.
  private static func changes(of stage: FaultStage) throws -> [FailingDisk.Change] {
    let bench = try stage.bench()
    let all = try FailingDisk(folder: bench.projects)
      .changes(of: stage.arguments, in: bench.project)
    let kinds = Dictionary(grouping: all, by: \.text).values
    let numbers = Set(kinds.flatMap { [$0.first, $0.last].compactMap { $0?.number } })
    let chosen = all.filter { numbers.contains($0.number) }
    guard !isWhole, chosen.count > 6 else { return chosen }
    return (0..<6).map { chosen[$0 * (chosen.count - 1) / 5] }
  }
}
