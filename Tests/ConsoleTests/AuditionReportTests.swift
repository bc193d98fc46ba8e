import Testing

@testable import Console
@testable import Workbench

@Suite struct AuditionReportTests {
  @Test func itSaysWhatWasDone() {
    var report = AuditionReport()
    report.heard = [3, 4]
    report.kept = 1
    report.undone = 2
    report.left = 5
    #expect(report.lines == ["heard 2 takes: 1 kept, 2 taken back; 5 left"])
  }

  @Test func theTasteIsSaidToBeWorthWhatItIs() {
    var report = TasteReport(
      predicted: Proportion(count: 20, of: 24), guessed: Proportion(count: 14, of: 24),
      guess: .keep)
    let known = "taste learned from 24 verdicts predicts 83 % (64 to 93 %) of those left out; "
    #expect(report.isBetter)
    #expect(report.text == known + "always guessing keep would be 58 %")
    report.guessed.count = 16
    #expect(!report.isBetter)
    #expect(
      report.text == known + "always guessing keep would be 67 %: "
        + "no better than that as far as they tell, so nothing was chosen by taste")
    var audition = AuditionReport()
    audition.taste = report
    #expect(audition.lines == ["heard 0 takes: nothing said; 0 left", report.text])
  }
}
