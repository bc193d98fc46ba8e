import MIDI
import Testing

@testable import Capture

@Suite struct TakeSplitterTests {
  private static let second: Int64 = 1_000_000_000

  /// Which of the messages begin a take; times in seconds.
  private func beginnings(_ played: [(Int64, MIDIMessage)]) -> [Bool] {
    var splitter = TakeSplitter<Int>()
    return played.map { splitter.receive($0.1, from: 0, at: $0.0 * Self.second) }
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
