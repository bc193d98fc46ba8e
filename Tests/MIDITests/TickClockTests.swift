import Testing

@testable import MIDI

@Suite struct TickClockTests {
  private func clock(_ ticksPerQuarter: Int, _ tempos: [(Int, Int)] = []) -> TickClock {
    TickClock(
      division: .ticksPerQuarter(ticksPerQuarter),
      tempos: tempos.map { .init(tick: $0.0, microsecondsPerQuarter: $0.1) })
  }

  @Test func aQuarterIsHalfASecondUntilATempoSaysOtherwise() {
    var clock = clock(480)
    #expect(clock.nanoseconds(atTick: 480) == 500_000_000)
    #expect(clock.nanoseconds(atTick: 0) == 0)
    #expect(clock.nanoseconds(atTick: 1) == 1_041_667)
  }

  @Test func temposAddUpInAnyOrder() {
    var clock = clock(480, [(960, 250_000), (480, 1_000_000)])
    #expect(clock.nanoseconds(atTick: 1440) == 1_750_000_000)
    #expect(clock.nanoseconds(atTick: 480) == 500_000_000)
    #expect(clock.nanoseconds(atTick: 960) == 1_500_000_000)
  }

  @Test func ofTwoTemposAtATickTheLastCounts() {
    var atStart = clock(480, [(0, 1_000_000), (0, 250_000)])
    #expect(atStart.nanoseconds(atTick: 480) == 250_000_000)
    var later = clock(480, [(480, 1_000_000), (480, 250_000)])
    #expect(later.nanoseconds(atTick: 960) == 750_000_000)
  }

  static let halfSteps: [(Int, Int64)] = [
    (24, 3), (72, 8), (120, 13), (168, 18), (216, 23), (600, 63), (1176, 123), (14424, 1503),
  ]

  /// Half a step is rounded as Python's doubles round it: at 120 beats a minute and 480 ticks,
  /// `int(tick * (60 / (120 * 480.0)) * 100 + 0.5)`.
  @Test(arguments: halfSteps)
  func halfAStep(tick: Int, step: Int64) {
    var clock = clock(480)
    let nanoseconds = clock.nanoseconds(atTick: tick)
    #expect((nanoseconds + 5_000_000) / 10_000_000 == step)
    #expect(abs(Double(nanoseconds) - Double(tick) / 960 * 1e9) < 2)
  }

  /// 0.145 · 100 is 14.499999999999998 in doubles, and 0.145 s is then step 14, not 15.
  @Test func halfAStepThatDoublesPutBelow() {
    #expect(TickClock.nanoseconds(ofSeconds: 0.145) == 144_999_999)
    #expect(TickClock.nanoseconds(ofSeconds: 0.025) == 25_000_000)
    #expect(TickClock.nanoseconds(ofSeconds: 0) == 0)
    #expect(TickClock.nanoseconds(ofSeconds: 1e300) == 1_000_000_000_000_000)
  }
}
