import Testing

@testable import Terminal

@Suite struct KeyTests {
  @Test(arguments: [
    ("q", [Key.character("q")]),
    (" ", [.character(" ")]),
    ("\n", [.enter]),
    ("\r", [.enter]),
    ("\u{7F}", [.backspace]),
    ("é€𝄞", [.character("é"), .character("€"), .character("𝄞")]),
    ("\u{1B}[C\u{1B}OD", [.right, .left]),
    ("\u{1B}[1;2C\u{1B}[1;2D", [.shiftRight, .shiftLeft]),
    ("\u{1B}[A\u{1B}[B\u{1B}[H\u{1B}[F\u{1B}[1~\u{1B}[4~", [.up, .down, .home, .end, .home, .end]),
    // Delete, F5 and a report of the cursor stand for nothing.
    ("\u{1B}[3~\u{1B}[15~\u{1B}[24;80Rk", [.character("k")]),
    ("\u{1B}k", [.escape, .character("k")]),
    ("\u{3}\u{0}k", [.character("k")]),
  ])
  func bytesAreKeys(sent: String, keys: [Key]) {
    var parser = KeyParser()
    #expect(parser.keys(in: sent.utf8) == keys)
    #expect(!parser.isWaiting)
  }

  @Test func keysMayComeInPieces() {
    var parser = KeyParser()
    // The right arrow, and é, C3 A9.
    let sent: [UInt8] = [0x1B, 0x5B, 0x43, 0xC3, 0xA9]
    #expect(sent.flatMap { parser.keys(in: [$0]) } == [.right, .character("é")])
  }

  @Test func anEscapeAloneIsOneWhenNothingFollows() {
    var parser = KeyParser()
    #expect(parser.keys(in: [0x1B]) == [])
    #expect(parser.isWaiting)
    #expect(parser.flush() == [.escape])
    #expect(parser.keys(in: [UInt8(ascii: "k")]) == [.character("k")])
  }

  @Test func bytesThatAreNoTextArePassedOver() {
    var parser = KeyParser()
    // A lone continuation byte of UTF-8 and a start that nothing follows, before letters.
    #expect(
      parser.keys(in: [0xA9, 0x6B, 0xC0, 0x6B, 0x6C])
        == [.character("k"), .character("k"), .character("l")])
  }
}
