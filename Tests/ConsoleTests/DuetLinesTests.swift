import Duet
import Foundation
import Player
import Testing

@testable import Capture
@testable import Console
@testable import Workbench

/// What `duet` says, word for word.
@Suite struct DuetLinesTests {
  private func status(
    answers: Bool = false, turn: Bool = false, silence: Double = 1,
    ahead: [(pitch: UInt8, seconds: Double)] = []
  ) -> DuetSession.Status {
    DuetSession.Status(
      recorder: RecorderStatus(
        seconds: 65, takeSeconds: nil, take: nil, notes: 0, storedTakes: 2, isPedalDown: false,
        velocities: [], chord: [60, 64], heldEvents: 0, isLookingBack: false),
      isAnswering: answers, isMusiciansTurn: turn, silenceProbability: silence, ahead: ahead)
  }

  @Test func theLineSaysWhatIsHeardAwaitedAndPlanned() {
    #expect(status().statusLine(patience: 0.01) == "● 1:05  2 takes  it listens  ··········  C4 E4")
    #expect(
      status(silence: 0.1).statusLine(patience: 0.01)
        == "● 1:05  2 takes  it waits    ▮▮▮▮▮·····  C4 E4")
    #expect(status(silence: 0).statusLine(patience: 0.01).contains("▮▮▮▮▮▮▮▮▮▮  "))
    #expect(status(turn: true, silence: 0).statusLine(patience: 0.01).contains("your turn"))
    let planned = status(
      answers: true, ahead: [(pitch: 21, seconds: 0), (108, 0.1), (60, 0.47), (60, 3), (60, -1)])
    #expect(
      planned.statusLine(patience: 0.01)
        == "● 1:05  2 takes  it answers  now ▏▁····█·················▄")
    #expect(planned.statusLine(patience: 0.01).count <= 78)
  }

  @Test func otherProgramsGetALineOfJSON() throws {
    func json(_ news: DuetReport) throws -> String? {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      return try news.event.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
    }
    #expect(try json(.answers(byItself: true)) == #"{"byItself":true,"event":"answers"}"#)
    #expect(try json(.ends(cutShort: false)) == #"{"cutShort":false,"event":"ends"}"#)
    #expect(
      try json(.recorder(.stored(take: 3, seconds: 2.5, notes: 7)))
        == #"{"by":"you","event":"stored","notes":7,"seconds":2.5,"take":3}"#)
    #expect(try json(.recorder(.caughtUp)) == nil)
  }

  @Test func aTakeSaysHowItsDuetWasAskedFor() throws {
    var request = DuetRequest()
    request.settings.together = true
    request.settings.tradeSeconds = 4
    request.settings.controls.density = try ControlLine.density("3")
    request.port = "speakers"
    let recipe = try #require(Recipe(Recipe(.duetAnswer(request)).text()))
    #expect(recipe.isLive)
    #expect(
      recipe.command
        == "woodshed duet --trade 4 --together --density 3 --to speakers --model current")
  }
}
