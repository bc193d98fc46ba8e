import Foundation
import MIDI
import Testing

@testable import Performance

@Suite struct LiveEncodingTests {
  /// The tokens of messages that are heard one after the other, with time passing at `ticks` a second between.
  private func live(
    _ events: [MIDIEvent], _ grid: LiveEncoding.Grid, ticks: Int64 = 150
  ) -> [UInt16] {
    var encoding = LiveEncoding(grid)
    var tokens: [UInt16] = []
    var now: Int64 = 0
    for event in events {
      while now + 1_000_000_000 / ticks < event.nanoseconds {
        now += 1_000_000_000 / ticks
        encoding.pass(to: now, into: &tokens)
      }
      encoding.hear(event.message, at: event.nanoseconds)
    }
    tokens += encoding.finish()
    // Silence at the end that passed before the last message.
    let shifts = UInt16(Vocabulary.firstTimeShift)..<UInt16(Vocabulary.firstVelocity)
    while let last = tokens.last, shifts.contains(last) { tokens.removeLast() }
    return tokens
  }

  private func check(_ events: [MIDIEvent], _ comment: Comment? = nil) {
    let notes = NoteReading(of: events).soundingNotes
    #expect(live(events, .clock) == Encoding.tokens(of: notes), comment)
    #expect(live(events, .music) == PreparedNotes(notes).tokens(), comment)
  }

  private func at(_ milliseconds: Double, _ message: MIDIMessage) -> MIDIEvent {
    MIDIEvent(nanoseconds: Int64(milliseconds * 1e6), message: message)
  }

  @Test func chordsAreOrderedByTheirStepAndNotByTheOrderOfTheirKeys() {
    check([
      at(0, .noteOn(pitch: 67, velocity: 60)), at(1, .noteOn(pitch: 60, velocity: 61)),
      at(1, .noteOn(pitch: 55, velocity: 90)), at(300, .noteOff(pitch: 55)),
      at(303, .noteOn(pitch: 56, velocity: 90)), at(304, .noteOff(pitch: 67)),
      at(306, .noteOff(pitch: 60)), at(900, .noteOff(pitch: 56)),
    ])
  }

  @Test func notesUnderThePedalEndWhenItLiftsOrTheKeyIsStruckAgain() {
    check([
      at(0, .control(controller: 64, value: 127)), at(20, .noteOn(pitch: 60, velocity: 60)),
      at(100, .noteOff(pitch: 60)), at(150, .noteOn(pitch: 64, velocity: 60)),
      at(200, .noteOn(pitch: 60, velocity: 70)), at(250, .noteOff(pitch: 60)),
      at(700, .control(controller: 64, value: 0)), at(720, .control(controller: 64, value: 64)),
      at(800, .noteOff(pitch: 64)), at(2900, .control(controller: 64, value: 63)),
      at(3000, .noteOn(pitch: 62, velocity: 1)), at(3001, .noteOff(pitch: 62)),
    ])
  }

  @Test func theShortestNotesHaveAStepAndHeldOnesEndWithTheLastMessage() {
    check([
      at(4, .noteOn(pitch: 60, velocity: 60)), at(5, .noteOff(pitch: 60)),
      at(6, .noteOn(pitch: 60, velocity: 62)), at(7, .noteOff(pitch: 60)),
      at(14, .noteOn(pitch: 72, velocity: 100)), at(15, .noteOn(pitch: 74, velocity: 100)),
      at(40, .control(controller: 64, value: 127)), at(60, .noteOff(pitch: 72)),
    ])
  }

  @Test func aKeyStruckTwiceIsAsInAReading() {
    check([
      at(0, .noteOn(pitch: 60, velocity: 60)), at(50, .noteOn(pitch: 60, velocity: 80)),
      at(60, .noteOff(pitch: 60)), at(400, .noteOff(pitch: 60)),
      at(500, .noteOn(pitch: 60, velocity: 60)), at(500, .noteOn(pitch: 60, velocity: 80)),
      at(600, .noteOff(pitch: 60)), at(700, .noteOff(pitch: 60)),
    ])
  }

  @Test func longSilencesAreFiveSecondsForAModelAndWholeForTheClock() {
    check([
      at(1003, .noteOn(pitch: 60, velocity: 60)), at(1207, .noteOff(pitch: 60)),
      at(3500, .noteOn(pitch: 61, velocity: 60)), at(3700, .noteOff(pitch: 61)),
      at(15_551, .noteOn(pitch: 62, velocity: 60)), at(15_900, .noteOff(pitch: 62)),
      at(20_903, .noteOn(pitch: 63, velocity: 60)), at(21_000, .noteOff(pitch: 63)),
      at(26_000, .noteOn(pitch: 63, velocity: 60)), at(26_020, .noteOff(pitch: 63)),
    ])
  }

  @Test func allNotesOffAndDrumsAndOtherMessagesAreAsInAReading() {
    check([
      at(0, .noteOn(pitch: 60, velocity: 60)), at(10, .noteOn(channel: 9, pitch: 40, velocity: 60)),
      at(30, .noteOn(pitch: 64, velocity: 60)), at(200, .control(controller: 123, value: 0)),
      at(250, .noteOn(pitch: 60, velocity: 60)), at(300, .control(controller: 64, value: 127)),
      at(310, .noteOff(pitch: 60)), at(500, .control(controller: 121, value: 0)),
      at(600, .control(controller: 1, value: 3)),
    ])
  }

  /// Random playing with and without pedal, in which keys are let go before they are struck again.
  @Test func randomPlayingIsAsInAReading() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      var events: [MIDIEvent] = []
      var down: Set<UInt8> = []
      var now = 0.0
      for _ in 0..<200 {
        now += [0, 0.4, 3, 7, 40, 300, 1400, 7000].randomElement(using: &random) ?? 0
        let pitch = UInt8.random(in: 55...62, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0:
          events.append(
            at(now, .control(controller: 64, value: [0, 30, 64, 127].randomElement() ?? 0)))
        case 1, 2:
          guard down.insert(pitch).inserted else { continue }
          let velocity = UInt8.random(in: 1...127, using: &random)
          // A key cannot be let go and struck at the same moment.
          now += 0.2
          events.append(at(now, .noteOn(pitch: pitch, velocity: velocity)))
        default:
          guard down.remove(pitch) != nil else { continue }
          now += 0.2
          events.append(at(now, .noteOff(pitch: pitch)))
        }
      }
      check(events, "\(events)")
    }
  }

  /// Performances at hand beside this checkout, every sixtieth or all of them.
  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: recordings.path()),
      "there are no performances at hand (../shared/data)"))
  func performancesAreAsInTheirFiles() throws {
    let every =
      ProcessInfo.processInfo.environment["WOODSHED_PERFORMANCES"] == "all" ? 1 : 60
    let files = try MusicFiles.find(at: [Self.recordings.path()])
    var (equal, restruck) = (0, 0)
    for (place, file) in files.enumerated() where place % every == 0 {
      for performance in MusicFile(at: file).performances {
        // What follows such a key cannot be known when it is let go.
        guard performance.reading.repairs.restruckKeys == 0 else {
          restruck += 1
          continue
        }
        check(performance.events, "\(file.lastPathComponent)")
        equal += 1
      }
    }
    print(
      "live tokens: \(equal) performances compared, \(restruck) with keys struck twice left out")
    #expect(equal > 0)
  }

  private static let recordings = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "shared/data/base/test")

  /// How many steps have passed since the last token, and whether anything sounds.
  @Test func itKnowsHowLongNothingHasHappened() {
    var encoding = LiveEncoding()
    var tokens: [UInt16] = []
    #expect(encoding.steps(to: 5_000_000_000) == 0)
    encoding.hear(.noteOn(pitch: 60, velocity: 60), at: 7_000_000_000)
    encoding.hear(.noteOff(pitch: 60), at: 7_100_000_000)
    encoding.pass(to: 7_104_000_000, into: &tokens)
    #expect(encoding.isHeld)
    encoding.pass(to: 7_106_000_000, into: &tokens)
    #expect(!encoding.isHeld)
    #expect(encoding.steps(to: 7_306_000_000) == 21)
    encoding.pass(to: 8_406_000_000, into: &tokens)
    #expect(tokens.last == Vocabulary.token(of: .timeShift(steps: 100)))
    #expect(encoding.steps(to: 8_406_000_000) == 31)
    encoding.pass(to: 99_000_000_000, into: &tokens)
    #expect(tokens.count { $0 == Vocabulary.token(of: .timeShift(steps: 100)) } == 5)
    #expect(encoding.steps(to: 99_000_000_000) == 0)
  }
}
