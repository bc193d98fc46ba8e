import Foundation
import Testing

@testable import Console
@testable import Rounds
@testable import Workbench

/// What is said of rounds and of models, line by line.
@Suite struct RoundLinesTests {
  private func numbers(_ json: String) throws -> RoundNumbers {
    try JSONDecoder().decode(RoundNumbers.self, from: Data(json.utf8))
  }

  @Test func ofAStoppedTuningItIsSaidHowToGoOn() throws {
    let numbers = try numbers(
      """
      {"round": 2, "status": "current", "takes": 5, "seconds": 480, "passes": 1.52, "ending": "stopped"}
      """)
    #expect(
      TuneReport(numbers: numbers, weights: "", remarks: []).lines.first
        == "round 2 (current): trained on 8 minutes of playing, 5 takes; stopped after 1.5 passes; "
        + "the best so far is kept; go on with: woodshed tune --resume")
  }

  @Test(arguments: [(-0.006, true), (0.002, false)])
  func aRoundInUseThatIsWorseThanTheLastSaysWhy(gain: Double, isSaid: Bool) throws {
    let numbers = try numbers(
      """
      {"round": 4, "status": "current", "previous": 2, "gainOnStanding": {"value": \(gain)}}
      """)
    let line =
      "in use, though round 2 predicts the held-out takes better: up to 0.02 is let pass; "
      + "go back with: woodshed rounds use 2"
    #expect(TuneReport(numbers: numbers, weights: "", remarks: []).lines.contains(line) == isSaid)
  }

  private var line: RoundLine {
    RoundLine(
      number: 1, status: "former", createdAt: Date(timeIntervalSince1970: 0), parent: nil,
      playedSeconds: 480, kept: 0, heldOut: Estimate(value: 2.5, standardError: 0.01), bytes: nil)
  }

  @Test(arguments: [
    (4, 0, 0, "4 takes"), (5, 1, 2, "5 takes (one in 2 phrases)"),
    (5, 1, 1, "5 takes (of one a phrase)"), (1, 1, 1, "1 take (a phrase of it)"),
    (1, 1, 3, "1 take (in 3 phrases)"), (5, 2, 3, "5 takes (2 in 3 phrases)"),
    (2, 2, 3, "2 takes (in 3 phrases)"),
  ])
  func takesAreCountedAndPhrasesApart(takes: Int, inPhrases: Int, phrases: Int, says: String) {
    var part = TuneOutlook.Part(takes: takes, seconds: 1, events: 1)
    #expect(part.countOfTakes("take") == (takes == 1 ? "1 take" : "\(takes) takes"))
    (part.takesInPhrases, part.phrases) = (inPhrases, phrases)
    #expect(part.countOfTakes("take") == says)
  }

  @Test func aRoundSaysHowFarItGoes() throws {
    let detail = RoundDetail(
      line: line, parentDigest: nil, weightsDigest: nil, programVersion: "0.2",
      settings: TuneSettings(), numbers: try numbers(#"{"share": 0.826}"#), takes: [])
    #expect(
      detail.lines.contains("  way        83 % of the way from the base to where training led"))
  }

  @Test func aRoundOfOtherHeldOutMusicIsMarked() {
    var old = line
    old.isOfOtherHeldOut = true
    let note = "* judged by what was set aside before: not to be compared with the others"
    #expect(RoundList(rounds: [old], current: nil, bytes: 0).lines.contains(note))
    #expect(!RoundList(rounds: [line], current: nil, bytes: 0).lines.contains(note))
  }

  @Test func silenceThatIsCutOutIsTold() throws {
    let report = try JSONDecoder().decode(
      EvaluationReport.self,
      from: Data(
        """
        {"model": "base", "nllPerEvent": 2.5, "nllPerNote": 8, "nllPerSecond": 40, "events": 64,
         "notes": 20, "seconds": 8.8, "cutSeconds": 55.1, "sets": [], "files": []}
        """.utf8))
    #expect(
      report.lines.last
        == "  silence of more than five seconds is read as five: 55 seconds left out")
  }
}
