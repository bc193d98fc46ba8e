import Terminal
import Testing
import Work

@testable import Console

@Suite struct ProgressLineTests {
  @Test func aLineSaysHowFarHowFastAndHowLong() {
    let progress = WorkProgress(
      activity: "tuning", done: 46_000, total: 100_000, unit: "events", seconds: 10,
      detail: "pass 2")
    #expect(
      ProgressLine.text(for: progress) == "tuning: 46% · 4,600 events/s · 0:12 left · pass 2")
  }

  @Test func workThatGoesOnIsAsFastAsItIsNow() {
    let progress = WorkProgress(
      activity: "tuning", done: 50_000, doneBefore: 40_000, total: 100_000, unit: "events",
      seconds: 10)
    #expect(ProgressLine.text(for: progress) == "tuning: 50% · 1,000 events/s · 0:50 left")
  }

  @Test func onATerminalThereIsABarAndTheCurve() {
    let progress = WorkProgress(
      activity: "tuning", done: 50_000, total: 100_000, unit: "events", seconds: 10,
      curve: [2.8, 2.6, 2.4])
    #expect(
      ProgressLine.line(for: progress, on: Page(columns: 61))
        == "tuning ━━━━━━━━──────── 50% · 5,000 events/s · 0:10 left █▅▁")
    // Too narrow for a bar.
    #expect(
      ProgressLine.line(for: progress, on: Page(columns: 48))
        == "tuning 50% · 5,000 events/s · 0:10 left █▅▁")
  }

  @Test func withoutATotalItCounts() {
    let progress = WorkProgress(
      activity: "reading", done: 3, total: nil, unit: "files", seconds: 0.1)
    #expect(ProgressLine.text(for: progress) == "reading: 3 files")
  }
}
