import MIDI
import MadeUpPianist
import Testing

/// A fixed sequence, so that a take can be asked for twice.
private struct CountingGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}

@Suite struct PianistTests {
  private func take(seed: UInt64, seconds: Double = 60, style: Pianist.Style = .init())
    -> [MIDIEvent]
  {
    var random = CountingGenerator(state: seed)
    return Pianist(style: style).take(seconds: seconds, using: &random)
  }

  @Test func sameSeedSamePlaying() {
    #expect(take(seed: 1) == take(seed: 1))
    #expect(take(seed: 1) != take(seed: 2))
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func everyKeyStruckIsLetGoAndNoneIsStruckTwice(seed: UInt64) {
    var sounding: Set<UInt8> = []
    var strokes = 0
    for event in take(seed: seed) {
      guard case .channel(let status, let pitch, _) = event.message else { continue }
      switch status & 0xF0 {
      case 0x90:
        #expect(sounding.insert(pitch).inserted, "key \(pitch) struck while it sounds")
        strokes += 1
      case 0x80:
        #expect(sounding.remove(pitch) != nil, "key \(pitch) let go while it is silent")
      default: break
      }
    }
    #expect(sounding.isEmpty)
    #expect(strokes > 200)
  }

  @Test func timesAreInOrderAndLastAsLongAsAsked() throws {
    let events = take(seed: 4, seconds: 90)
    #expect(zip(events, events.dropFirst()).allSatisfy { $0.nanoseconds <= $1.nanoseconds })
    let last = try #require(events.last)
    #expect(last.nanoseconds >= 85_000_000_000)
    #expect(last.nanoseconds <= 130_000_000_000)
  }

  @Test func registerMovesTheLine() {
    func meanPitch(_ register: ClosedRange<Int>) -> Double {
      var style = Pianist.Style()
      style.register = register
      let pitches = take(seed: 5, style: style).compactMap { event -> Int? in
        guard case .channel(let status, let pitch, _) = event.message, status & 0xF0 == 0x90
        else { return nil }
        return Int(pitch)
      }
      return Double(pitches.reduce(0, +)) / Double(pitches.count)
    }
    #expect(meanPitch(76...98) > meanPitch(56...76) + 5)
  }
}
