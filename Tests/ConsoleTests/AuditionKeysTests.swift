import Terminal
import Testing
import Workbench

@testable import Console

@Suite struct AuditionKeysTests {
  @Test func everyKeyDoesWhatTheTableSays() {
    for key in AuditionKey.table {
      #expect(AuditionKeys.action(of: key.name.key) == key.action, "\(key)")
    }
    #expect(Set(AuditionKey.table.map(\.name.key)).count == AuditionKey.table.count)
    #expect(AuditionKeys.action(of: .character("x")) == nil)
    #expect(AuditionKeys.action(of: .backspace) == nil)
  }

  @Test func theLineOfKeysIsWhatItShouldBe() {
    #expect(
      AuditionKeys.shown == [
        "space play", "← → wind", "k keep", "d discard", "1–5 rate", "n note", "m mark", "u undo",
        "g go on", "⏎ next", "b back", "q quit",
      ])
  }

  @Test func theHelpIsWhatItShouldBe() {
    #expect(
      AuditionKeys.help == """
        space            play and pause
        ← →              wind by five seconds
        Shift-← Shift-→  wind by one second
        Home             go to the beginning
        k                keep the take, or the phrase that is marked
        d                discard the take
        1–5              rate the take
        n                write a note
        m                mark where a phrase begins, and again where it ends
        Esc              take the marks away
        u                take back what was said last, and go to its take
        g                go on by itself at a take's end, or no longer
        Enter            go to the next take
        b                go to the take before
        q                end
        """)
  }

  @Test func theHelpNamesEveryKey() {
    for key in AuditionKey.table {
      guard case .rate(2...4) = key.action else {
        let lines = AuditionKeys.help.split(separator: "\n").filter {
          $0.hasSuffix("  " + key.explanation)
        }
        #expect(lines.count == 1 && lines[0].contains(key.name.word), "\(key)")
        continue
      }
    }
  }

  @Test func messagesNameKeysOfTheTable() {
    #expect(Audition.Message.lastTake.text == "that was the last one; q ends")
    #expect(Audition.Message.phraseBegins.text == "the phrase begins here; m again where it ends")
    #expect(Audition.Message.phraseEnds.text == "k keeps the phrase; Esc takes the marks away")
    #expect(
      Audition.Message.phraseIsEmpty.text
        == "the phrase is empty: play on, and mark its end with m")
    #expect(
      Audition.Message.phraseHasNoEnd.text
        == "mark the end of the phrase first, with m; or Esc for no phrase")
  }
}
