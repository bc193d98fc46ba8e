import Foundation
import Testing

/// A clock that is set back: what came later stands later, as long as it is.
@Suite(.serialized) struct ClockTests {
  @Test func takesAndRoundsKeepTheirOrder() throws {
    let bench = try FaultBench()
    // Given takes that were generated while the clock was an hour fast
    let fast = try FailingDisk.clock(ahead: 3600)
    #expect(
      try bench.run(["generate", "--count", "1", "--seconds", "2"], environment: fast).status == 0)
    // When it is set back
    #expect(try bench.run(["generate", "--count", "1", "--seconds", "3"]).status == 0)
    #expect(try bench.run(["tune", "--minutes", "0.01"]).status == 0)
    #expect(try bench.run(["generate", "--count", "1", "--seconds", "2"]).status == 0)
    // Then the newest take is the newest
    let order = "SELECT id FROM take WHERE origin = 'generated' ORDER BY startedAt DESC, id DESC"
    #expect(try bench.ask(order) == [13, 12, 11, 10, 9])
    #expect(try bench.run(["keep", "last"]).output == "kept take 13\n")
    #expect(
      try bench.ask(
        """
        SELECT round.createdAt BETWEEN before.startedAt AND behind.startedAt
        FROM round, take AS before, take AS behind
        WHERE round.id = 2 AND before.id = 12 AND behind.id = 13
        """) == [1])
    // And verdicts are taken back in the order in which they were said
    #expect(try bench.run(["discard", "13"], environment: fast).status == 0)
    #expect(try bench.run(["keep", "12"]).status == 0)
    #expect(try bench.run(["undo"]).output == "undone: kept take 12\n")
    #expect(try bench.run(["undo"]).output == "undone: discarded take 13\n")
  }

  /// A clock that was years ahead once must not date all that comes after.
  @Test func aClockThatWasWrongIsNoMeasure() throws {
    let bench = try FaultBench()
    let wrong = try FailingDisk.clock(ahead: 10 * 365 * 86_400)
    #expect(
      try bench.run(["generate", "--count", "1", "--seconds", "2"], environment: wrong).status == 0)
    #expect(try bench.run(["generate", "--count", "1", "--seconds", "2"]).status == 0)
    #expect(
      try bench.ask("SELECT abs(startedAt / 1e9 - unixepoch()) < 60 FROM take WHERE id = 12") == [1]
    )
  }
}
