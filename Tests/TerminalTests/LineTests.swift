import Testing
import Text

@testable import Terminal

@Suite struct LineTests {
  @Test func looksAreWrittenOnlyWhereThereIsColour() {
    let line = Line("a ", .bold) + Line("b", Look(colour: 67)) + Line("  ")
    #expect(line.written(withColour: true) == "\u{1B}[0;1ma \u{1B}[0;38;5;67mb\u{1B}[0m")
    #expect(line.written(withColour: false) == "a b")
  }

  @Test func linesAreCutAndFilled() {
    #expect(Line("abcdef").cut(to: 4).text == "abc…")
    #expect(Line("abcd").cut(to: 4).text == "abcd")
    #expect(Line("ab").fitted(to: 4).count == 4)
    #expect(Line("ab").cut(to: 0).isEmpty)
  }

  @Test func aSparklineRunsFromTheLowestToTheHighest() {
    #expect(Sparkline.text([0, 1, 2, 3, 4, 5, 6, 7], ink: .braille) == "▁▂▃▄▅▆▇█")
    #expect(Sparkline.text([2, 2], ink: .braille) == "▁▁")
    #expect(Sparkline.text([0, .nan, 9], in: 0...4.5, ink: .ascii) == "_ #")
    #expect(Sparkline.curve([4, 4, 2, 2, 0, 0], width: 3, ink: .braille) == "█▅▁")
    #expect(Sparkline.curve([], width: 3, ink: .braille) == "")
  }

  @Test func aGaugeIsAsLongAsItsShare() {
    #expect(Sparkline.gauge(0, width: 4, ink: .braille) == "────")
    #expect(Sparkline.gauge(0.375, width: 4, ink: .braille) == "━╸──")
    #expect(Sparkline.gauge(2, width: 4, ink: .ascii) == "####")
    #expect(Sparkline.gauge(.nan, width: 4, ink: .ascii) == "....")
  }

  @Test(arguments: [
    (["TERM": "xterm", "LANG": "de_DE.UTF-8"], Ink.braille, true),
    (["TERM": "xterm"], .braille, true),
    (["TERM": "xterm", "NO_COLOR": "1"], .braille, false),
    (["TERM": "xterm", "NO_COLOR": ""], .braille, true),
    (["TERM": "linux", "LC_CTYPE": "C.UTF-8"], .blocks, true),
    (["TERM": "xterm", "LC_ALL": "C", "LANG": "de_DE.UTF-8"], .ascii, true),
    (["TERM": "dumb"], .ascii, false),
  ])
  func theEnvironmentSaysWhatIsShown(
    environment: [String: String], ink: Ink, hasColour: Bool
  ) {
    #expect(
      Page(columns: 80, rows: 24, environment: environment)
        == Page(columns: 80, rows: 24, ink: ink, hasColour: hasColour))
  }

  /// What a stranger wrote is seen on a screen, and not obeyed.
  @Test(arguments: [
    ("a\u{1B}[2Jb", "a\u{FFFD}[2Jb"), ("\u{9B}31m", "\u{FFFD}31m"), ("a\r\nb", "a\u{FFFD}b"),
    ("\u{202E}dim.x", "\u{FFFD}dim.x"), ("a\u{2028}b", "a\u{FFFD}b"), ("Süße 🎹 é", "Süße 🎹 é"),
  ])
  func nothingIsObeyed(text: String, shown: String) {
    #expect(Line(text).text == shown)
    #expect(Line(text).written(withColour: true) == shown)
    #expect(text.printable == (text == "a\r\nb" ? "a\u{FFFD}\u{FFFD}b" : shown))
    #expect("\(text)\n".printableLines.hasSuffix("\n"))
  }
}
