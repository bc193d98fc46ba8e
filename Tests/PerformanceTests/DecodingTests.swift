import MIDI
import Performance
import Testing

@Suite struct DecodingTests {
  typealias T = Token

  @Test func tokensBecomeNotes() {
    let tokens = [
      T.bin(20), T.on(60), T.shift(10), T.on(64), T.shift(40), T.off(60), T.shift(100), T.off(64),
    ]
    #expect(Decoding.notes(of: tokens) == [note(0, 500, 60, 77), note(100, 1500, 64, 77)])
  }

  @Test func whatIsEncodedComesBack() {
    // Times on whole steps and velocities that stand for their bins, so that nothing is rounded.
    let notes = [
      note(0, 500, 60, 61), note(0, 3210, 36, 125), note(250, 260, 67, 1), note(500, 900, 60, 61),
    ].sorted { ($0.start, $0.pitch) < ($1.start, $1.pitch) }
    let decoded = Decoding.notes(of: Encoding.tokens(of: notes))
    #expect(decoded == notes)
  }

  @Test func theBinOfAPrimerHoldsUntilTheFirstVelocity() {
    let tokens = [T.on(60), T.shift(1), T.off(60), T.bin(1), T.on(60), T.shift(1), T.off(60)]
    let notes = Decoding.notes(of: tokens, startingAtBin: 32)
    #expect(notes == [note(0, 10, 60, 125), note(10, 20, 60, 1)])
  }

  @Test func anOffOfASilentKeyIsPassedOver() {
    #expect(
      Decoding.notes(of: [T.off(60), T.on(62), T.shift(10), T.off(60), T.off(62), T.off(62)])
        == [note(0, 100, 62, 61)])
  }

  @Test func aHangingNoteEndsWhereTheTimeEnds() {
    #expect(
      Decoding.notes(of: [T.on(62), T.shift(10), T.on(64), T.shift(5)])
        == [note(0, 150, 62, 61), note(100, 150, 64, 61)])
    #expect(Decoding.notes(of: [T.on(62)]) == [note(0, 10, 62, 61)])
  }

  @Test func aKeyStruckAgainEndsTheNoteBefore() {
    #expect(
      Decoding.notes(of: [T.on(62), T.shift(10), T.on(62), T.shift(5), T.off(62)])
        == [note(0, 100, 62, 61), note(100, 150, 62, 61)])
  }

  @Test func anUnknownTokenIsPassedOver() {
    #expect(
      Decoding.notes(of: [388, T.on(62), .max, T.shift(10), T.off(62)]) == [note(0, 100, 62, 61)])
  }

  @Test func anySequenceOfTokensIsATakeThatCanBeEncodedAgain() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let tokens = (0..<300).map { _ in UInt16.random(in: 0...400, using: &random) }
      let notes = Decoding.notes(of: tokens)
      let struck = tokens.count(where: { $0 < 128 })
      #expect(notes.count == struck, "\(tokens)")
      #expect(notes.allSatisfy { $0.end > $0.start && (1...127).contains($0.velocity) })
      let again = Encoding.tokens(of: notes)
      #expect(again.count(where: { $0 < 128 }) == struck, "\(tokens)")
      #expect(again.count(where: { 128..<256 ~= $0 }) == struck, "\(tokens)")
    }
  }
}
