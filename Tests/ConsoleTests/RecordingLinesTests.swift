import Capture
import Console
import Testing

/// What `record` says, word for word.
@Suite struct RecordingLinesTests {
  @Test(arguments: [
    (
      RecorderNews.noKeyboard(programs: []),
      "no keyboard is there: plug it in and switch it on, and it is heard from then on"
    ),
    (
      .noKeyboard(programs: ["FP-30: FP-30 Bluetooth", "vkeybd"]),
      "no keyboard is there: plug it in and switch it on, and it is heard from then on; or name a "
        + "program: woodshed record \"FP-30: FP-30 Bluetooth\", woodshed record \"vkeybd\""
    ),
    (
      .onDrumChannel(name: "Piano"),
      "Piano plays on channel 10, which is for drums: taken as a piano while nothing else plays; "
        + "better set its MIDI transmit channel to 1"
    ),
    (.gesture(.bookmark, done: true), "gesture: bookmark"),
    (.gesture(.keep, done: false), "gesture: keep, but there is no take"),
    (
      .gesture(.undo, done: false),
      "gesture: undo, but no keep or discard was struck that could be taken back"
    ),
    (.judged(.discard, take: 3), "gesture: discard, take 3"),
    (.tookBack(.discard, take: 3), "gesture: undo, take 3: its discard is taken back"),
    (.lookedBack(seconds: 60, notes: 12), "keeping the last 1:00: 12 notes"),
    (.lookedBack(seconds: 0, notes: 0), "nothing was played: there is nothing to keep"),
  ])
  func eachNewsIsOneLine(news: RecorderNews, line: String) {
    #expect(news.line == line)
  }

  @Test func whatIsInAFileWasPlayed() {
    let report = RecordReport(takes: [], rescueFiles: ["/a.mid"], lostEvents: 0, overruns: 0)
    #expect(report.text == "NOT IN THE LIBRARY, saved instead: /a.mid")
  }
}
