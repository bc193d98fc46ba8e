import MIDI
import Testing

@testable import Capture

@Suite struct GestureTests {
  private typealias Reader = GestureReader<String>

  private func heard(_ milliseconds: Int64, _ message: MIDIMessage) -> Reader.Heard {
    Reader.Heard(message: message, source: "piano", nanoseconds: milliseconds * 1_000_000)
  }

  private func on(_ milliseconds: Int64, _ pitch: UInt8) -> Reader.Heard {
    heard(milliseconds, .noteOn(pitch: pitch, velocity: 64))
  }

  private func off(_ milliseconds: Int64, _ pitch: UInt8) -> Reader.Heard {
    heard(milliseconds, .noteOff(pitch: pitch))
  }

  /// All that a reader gives back.
  private func read(_ played: [Reader.Heard]) -> [Reader.Output] {
    var reader = Reader()
    return played.flatMap { reader.receive($0) } + reader.finish()
  }

  @Test(arguments: Gesture.chords)
  func eachChordIsItsGestureAndLeavesNothing(gesture: Gesture, chord: Set<UInt8>) {
    let keys = chord.sorted()
    let strokes = keys.enumerated().map { on(Int64($0.offset) * 20, $0.element) }
    let outputs = read(strokes + keys.map { off(500, $0) })
    let last = Int64(keys.count - 1) * 20_000_000
    #expect(outputs == [.gesture(gesture, nanoseconds: last)])
  }

  @Test func aChosenKeyIsAGestureAtOnce() {
    var reader = Reader([.answer: [96]])
    #expect(reader.receive(on(0, 96)) == [.gesture(.answer, nanoseconds: 0)])
    #expect(reader.receive(off(300, 96)).isEmpty)
    #expect(reader.receive(on(400, 21)) == [.heard(on(400, 21))])
  }

  @Test func aKeyAloneIsMusicInItsOrder() {
    let played = [on(0, 21), on(10, 60), off(100, 60), off(400, 21), on(900, 108), off(950, 108)]
    #expect(read(played) == played.map { .heard($0) })
  }

  @Test func aChordThatIsTooSlowIsMusic() {
    let played = [on(0, 21), on(151, 108), off(300, 21), off(300, 108)]
    #expect(read(played) == played.map { .heard($0) })
  }

  @Test func whatSoundsDuringAGestureIsKept() {
    let pedal = heard(15, .control(controller: 64, value: 127))
    let played = [on(0, 21), off(10, 60), pedal, on(20, 108), off(300, 21), off(300, 108)]
    #expect(
      read(played)
        == [.heard(off(10, 60)), .heard(pedal), .gesture(.bookmark, nanoseconds: 20_000_000)])
  }

  @Test func nothingIsHeldBackLongerThanTheWindow() {
    var reader = Reader()
    #expect(reader.receive(on(0, 21)).isEmpty)
    #expect(reader.wait(until: 150_000_000).isEmpty)
    #expect(reader.wait(until: 150_000_001) == [.heard(on(0, 21))])
  }
}
