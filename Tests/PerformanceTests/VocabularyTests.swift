import Performance
import Testing

@Suite struct VocabularyTests {
  @Test func tokensAreThoseOfNoteSeq() {
    #expect(Vocabulary.size == 388)
    #expect(Vocabulary.token(of: .noteOn(pitch: 0)) == 0)
    #expect(Vocabulary.token(of: .noteOn(pitch: 127)) == 127)
    #expect(Vocabulary.token(of: .noteOff(pitch: 0)) == 128)
    #expect(Vocabulary.token(of: .noteOff(pitch: 127)) == 255)
    #expect(Vocabulary.token(of: .timeShift(steps: 1)) == 256)
    #expect(Vocabulary.token(of: .timeShift(steps: 100)) == 355)
    #expect(Vocabulary.token(of: .velocity(bin: 1)) == 356)
    #expect(Vocabulary.token(of: .velocity(bin: 32)) == 387)
  }

  @Test func everyTokenIsAnEventAndBack() {
    for token in 0..<UInt16(Vocabulary.size) {
      #expect(Vocabulary.event(of: token).map(Vocabulary.token) == token)
    }
    #expect(Vocabulary.event(of: 388) == nil)
    #expect(Vocabulary.event(of: .max) == nil)
  }

  /// note-seq: `velocity_to_bin(v, 32)` is `(v - 1) // 4 + 1`.
  static let bins: [(UInt8, Int)] = [
    (1, 1), (4, 1), (5, 2), (64, 16), (65, 17), (124, 31), (125, 32), (127, 32),
  ]

  @Test(arguments: bins)
  func velocitiesFallIntoBinsOfFour(velocity: UInt8, bin: Int) {
    #expect(Vocabulary.bin(ofVelocity: velocity) == bin)
    #expect(Vocabulary.bin(ofVelocity: Vocabulary.velocity(ofBin: bin)) == bin)
  }

  static let steps: [(Int64, Int)] = [
    (0, 0), (4_999_999, 0), (5_000_000, 1), (14_999_999, 1), (15_000_000, 2), (1_000_000_000, 100),
  ]

  @Test(arguments: steps)
  func halfAStepIsRoundedUp(nanoseconds: Int64, step: Int) {
    #expect(Vocabulary.step(ofNanoseconds: nanoseconds) == step)
  }
}
