import MIDI
import Testing

@testable import Capture

@Suite struct TakeSplitterTests {
  private static let second: Int64 = 1_000_000_000

  /// Which of the messages begin a take; times in seconds.
  private func beginnings(_ played: [(Int64, MIDIMessage)]) -> [Bool] {
    var splitter = TakeSplitter<Int>()
    return played.map { splitter.receive($0.1, from: 0, at: $0.0 * Self.second) == .begins }
  }

  @Test func aSilenceEndsATake() {
    #expect(
      beginnings([
        (0, .noteOn(pitch: 60, velocity: 80)),
        (1, .noteOff(pitch: 60)),
        (15, .noteOn(pitch: 62, velocity: 80)),  // 14 s of silence
        (16, .noteOff(pitch: 62)),
        (31, .noteOn(pitch: 64, velocity: 80)),  // 15 s
      ]) == [true, false, false, false, true])
  }

  @Test func neverUnderAHeldKey() {
    #expect(
      beginnings([
        (0, .noteOn(pitch: 60, velocity: 80)),
        (100, .noteOff(pitch: 60)),
        (110, .noteOn(pitch: 62, velocity: 80)),
      ]) == [true, false, false])
  }

  @Test func neverUnderAHeldPedal() {
    #expect(
      beginnings([
        (0, .noteOn(pitch: 60, velocity: 80)),
        (1, .control(controller: 64, value: 100)),
        (2, .noteOff(pitch: 60)),
        (100, .control(controller: 64, value: 10)),
        (120, .noteOn(pitch: 62, velocity: 80)),
      ]) == [true, false, false, false, true])
  }

  @Test(arguments: [
    MIDIMessage.control(controller: 64, value: 2),  // a pedal that trembles where it rests
    .control(controller: 11, value: 90),
    .control(controller: 121, value: 0),  // reset all controllers
    .channel(status: 0xC0, data1: 4, data2: 0),
    .channel(status: 0xE0, data1: 0, data2: 64),
    .system([0xFA]), .system([0xF0, 0x7E, 0x7F, 0x09, 0x01, 0xF7]),
    .noteOff(pitch: 61),
  ]) func chatterNeitherBeginsATakeNorKeepsItOpen(chatter: MIDIMessage) {
    var splitter = TakeSplitter<Int>()
    #expect(splitter.receive(chatter, from: 0, at: 0) == .aside)
    #expect(!splitter.isOpen)
    _ = splitter.receive(.noteOn(pitch: 60, velocity: 80), from: 0, at: Self.second)
    _ = splitter.receive(.noteOff(pitch: 60), from: 0, at: 2 * Self.second)
    let places = (5...34).map {
      splitter.receive(chatter, from: 0, at: Self.second * $0 / 2)  // 2.5 … 17 s
    }
    // Of the take for a second, then aside; after 15 s the take has ended.
    #expect(places == Array(repeating: .within, count: 2) + Array(repeating: .aside, count: 28))
    #expect(!splitter.isOpen)
  }

  @Test func chatterUnderAHeldKeyIsOfTheTake() {
    var splitter = TakeSplitter<Int>()
    _ = splitter.receive(.noteOn(pitch: 60, velocity: 80), from: 0, at: 0)
    let swell = MIDIMessage.control(controller: 11, value: 90)
    #expect(splitter.receive(swell, from: 0, at: 30 * Self.second) == .within)
    #expect(splitter.deadline == 120 * Self.second)
  }

  @Test func aPedalThatTremblesAroundTheMiddleMovesOnce() {
    var splitter = TakeSplitter<Int>()
    _ = splitter.receive(.noteOn(pitch: 60, velocity: 80), from: 0, at: 0)
    _ = splitter.receive(.noteOff(pitch: 60), from: 0, at: Self.second)
    for step in Int64(2)...10 {
      let value: UInt8 = step % 2 == 0 ? 64 : 63
      _ = splitter.receive(
        .control(controller: 64, value: value), from: 0, at: step * Self.second)
    }
    // It went down at 2 s; the last value is 64.
    #expect(splitter.deadline == 122 * Self.second)
    _ = splitter.receive(.control(controller: 64, value: 63), from: 0, at: 11 * Self.second)
    #expect(splitter.deadline == 17 * Self.second)
    // Lifted for good, it has moved.
    _ = splitter.receive(.control(controller: 64, value: 0), from: 0, at: 12 * Self.second)
    #expect(splitter.deadline == 27 * Self.second)
  }

  @Test func drumsArePlayingOnlyWhereNothingElseIs() {
    var splitter = TakeSplitter<Int>()
    let drum = MIDIMessage.noteOn(channel: 9, pitch: 60, velocity: 80)
    #expect(splitter.receive(drum, from: 0, at: 0) == .begins)
    _ = splitter.receive(.noteOff(channel: 9, pitch: 60), from: 0, at: 1)
    #expect(splitter.receive(.noteOn(pitch: 60, velocity: 80), from: 0, at: 2) == .within)
    _ = splitter.receive(.noteOff(pitch: 60), from: 0, at: 3)
    #expect(splitter.receive(drum, from: 0, at: 20 * Self.second) == .aside)
    #expect(!splitter.isOpen)
  }

  @Test func aKeyHeldTwoMinutesIsStuck() {
    #expect(
      beginnings([
        (0, .noteOn(pitch: 60, velocity: 80)),
        (121, .noteOn(pitch: 62, velocity: 80)),
      ]) == [true, true])
  }

  @Test func noteOnWithVelocityZeroLetsGo() {
    var splitter = TakeSplitter<Int>()
    _ = splitter.receive(.noteOn(pitch: 60, velocity: 80), from: 0, at: 0)
    #expect(splitter.isHeld)
    _ = splitter.receive(.noteOn(pitch: 60, velocity: 0), from: 0, at: 5)
    #expect(!splitter.isHeld)
    #expect(splitter.deadline == 5 + splitter.silence)
  }

  @Test func anUnpluggedKeyboardLetsGoWhatItHeldAndNoOtherDoes() {
    var splitter = TakeSplitter<String>()
    _ = splitter.receive(.noteOn(pitch: 64, velocity: 80), from: "piano", at: 0)
    _ = splitter.receive(.noteOn(pitch: 60, velocity: 80), from: "piano", at: 1)
    _ = splitter.receive(.control(channel: 2, controller: 64, value: 127), from: "piano", at: 2)
    _ = splitter.receive(.noteOn(pitch: 60, velocity: 80), from: "organ", at: 3)
    #expect(
      splitter.release("piano") == [
        .noteOff(pitch: 60), .noteOff(pitch: 64),
        .control(channel: 2, controller: 64, value: 0),
      ])
    #expect(splitter.isHeld)
    #expect(splitter.release("organ") == [.noteOff(pitch: 60)])
    #expect(!splitter.isHeld)
  }

  @Test(arguments: [120, 123, 124, 125, 126, 127] as [UInt8])
  func allNotesOffLetsGoOneChannel(number: UInt8) {
    var splitter = TakeSplitter<Int>()
    _ = splitter.receive(.noteOn(channel: 0, pitch: 60, velocity: 80), from: 0, at: 0)
    _ = splitter.receive(.control(channel: 1, controller: number, value: 0), from: 0, at: 1)
    #expect(splitter.isHeld)
    _ = splitter.receive(.control(channel: 0, controller: number, value: 0), from: 0, at: 2)
    #expect(!splitter.isHeld)
  }
}
