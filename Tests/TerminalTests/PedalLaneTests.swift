import Testing

@testable import Terminal

@Suite struct PedalLaneTests {
  private func lane(_ spans: [Range<Int64>], from start: Int64 = 0, ink: Ink = .braille) -> String {
    PedalLane.framed(
      spans.map { ($0.lowerBound * 1_000_000)..<($0.upperBound * 1_000_000) },
      window: (start * 1_000_000)..<((start + 1000) * 1_000_000), columns: 10, ink: ink
    ).text
  }

  /// Ten columns of a tenth of a second; of braille, two dots each.
  @Test func itIsDrawnWhereThePedalIsDown() {
    #expect(lane([0..<300, 350..<700]) == "ped │⠶⠶⠶⠰⠶⠶⠶")
    #expect(lane([0..<300, 400..<700], ink: .blocks) == "ped │▄▄▄ ▄▄▄")
    #expect(lane([0..<300, 400..<700], ink: .ascii) == "ped |=== ===")
    #expect(lane([]) == "ped │")
  }

  @Test func theShortestPressingIsSeen() {
    #expect(lane([500..<501]) == "ped │     ⠆")
    #expect(lane([999..<1000]) == "ped │         ⠰")
  }

  @Test func whatLiesOutsideIsNot() {
    #expect(lane([0..<1500, 2100..<9000], from: 1000) == "ped │⠶⠶⠶⠶⠶")
    #expect(lane([0..<9000], from: 1000) == "ped │⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶")
    #expect(lane([0..<1000, 2000..<3000], from: 1000) == "ped │")
  }
}
