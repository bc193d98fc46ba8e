import Foundation
import Rounds
import Testing

@testable import Console
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

  private var line: RoundLine {
    RoundLine(
      number: 1, status: "former", createdAt: Date(timeIntervalSince1970: 0), parent: nil,
      playedSeconds: 480, kept: 0, heldOut: Estimate(value: 2.5, standardError: 0.01), bytes: nil)
  }

  @Test func aRoundSaysHowFarItGoes() throws {
    let detail = RoundDetail(
      line: line, parentDigest: nil, weightsDigest: nil, programVersion: "0.2",
      settings: TuneSettings(), numbers: try numbers(#"{"share": 0.826}"#), takes: [])
    #expect(detail.lines.contains("  way        83 % of where training led"))
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
