import Foundation
import Glibc
import Network
import Testing

/// `kill -9` at random moments: half of the kills in the middle of a change to a file, half at any
/// time.
///
/// One a stage by default. `Tests/kill-trial` kills 200 times and shows a table; a seed that is said
/// draws the same changes again.
@Suite(.serialized) struct KillTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let kills = environment["WOODSHED_KILLS"].flatMap { Int($0) }
  private static let seed = environment["WOODSHED_SEED"].flatMap { UInt64($0) }

  @Test func aKilledProgramLosesNothing() throws {
    let stages = FaultStage.all.filter { $0.name != "render" && $0.name != "plot" }
    let kills = Self.kills ?? stages.count
    let seed = Self.seed ?? (Self.kills == nil ? 1 : UInt64.random(in: 1...999_999))
    var random = SeededGenerator(seed: seed)
    var table = "kill -9, \(kills) times, seed \(seed)\n"
    table += Self.row("stage", "kills", "was done", "not done", "gone on")
    for (index, stage) in stages.enumerated() {
      var tally = (kills: 0, late: 0, done: 0, undone: 0, next: 0)
      let bench = try stage.bench()
      let start = ContinuousClock.now
      let changes = try FailingDisk(folder: bench.projects)
        .changes(of: stage.arguments, in: bench.project).count
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      let share = kills / stages.count + (index < kills % stages.count ? 1 : 0)
      while tally.kills < share {
        let bench = try stage.bench()
        let before = try LibraryState(of: bench)
        var what = "\(stage.name), seed \(seed), "
        let wasKilled: Bool
        if (tally.kills + tally.late + index) % 2 == 0 {
          let change = Int.random(in: 1...changes, using: &random)
          what += "killed in change \(change) of \(changes)"
          let disk = FailingDisk(folder: bench.projects)
          wasKilled =
            try bench.run(stage.arguments, environment: disk.environment(.kill, at: change)).status
            == SIGKILL
        } else {
          let moment = Double.random(in: 0...seconds, using: &random)
          what += "killed after \(moment) s of \(seconds)"
          wasKilled = try bench.kill(stage.arguments, after: moment)
        }
        try bench.expectWhole(before, isKilled: true, what)
        let isDone = try stage.isDone(before, bench)
        let next = try bench.run(isDone ? ["takes"] : stage.next(in: bench))
        #expect(next.status == 0, "\(what), then \(next.error)")
        try bench.expectWhole(before, isKilled: true, what)
        // A program that ended before it could be killed is not counted.
        guard wasKilled else {
          tally.late += 1
          continue
        }
        tally.kills += 1
        if isDone { tally.done += 1 } else { tally.undone += 1 }
        if next.status == 0 { tally.next += 1 }
      }
      table += Self.row(
        stage.name, "\(tally.kills)", "\(tally.done)", "\(tally.undone)", "\(tally.next)")
    }
    print(table)
  }

  private static func row(_ cells: String...) -> String {
    cells.map { $0 + String(repeating: " ", count: max(1, 12 - $0.count)) }.joined() + "\n"
  }
}

extension FaultBench {
  /// Starts the program in the project and kills it; whether it still ran.
  fileprivate func kill(_ arguments: [String], after seconds: Double) throws -> Bool {
    let process = Process()
    process.executableURL = try Program.executable
    process.arguments = arguments
    process.currentDirectoryURL = project
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    usleep(UInt32(seconds * 1e6))
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal
  }
}
