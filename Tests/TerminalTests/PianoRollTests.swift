import MIDI
import Testing

@testable import Terminal

@Suite struct PianoRollTests {
  /// A note in hundredths of a second.
  static func note(_ pitch: UInt8, _ start: Int64, _ end: Int64, velocity: UInt8 = 64) -> Note {
    Note(pitch: pitch, velocity: velocity, start: start * 10_000_000, end: end * 10_000_000)
  }

  /// C major upward, two tenths of a second each, over a long C3.
  static let phrase = [
    note(48, 0, 160), note(60, 0, 20), note(62, 20, 40), note(64, 40, 60), note(65, 60, 80),
    note(67, 80, 100), note(69, 100, 120), note(71, 120, 140), note(72, 140, 160),
  ]

  @Test func aPhraseIsDrawnWhole() {
    let roll = PianoRoll(
      notes: Self.phrase, window: 0..<1_600_000_000, columns: 16, rows: 7, ink: .braille)
    #expect(
      roll.framed().map(\.text) == [
        " C5 │          ⣀⣀⠒⠒⠉⠉",
        "    │      ⣀⣀⠒⠒",
        "    │  ⠤⠤⠉⠉",
        " C4 │⠉⠉",
        "    │",
        "    │",
        " C3 │⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉",
        "    └┴───────────────",
        "     0:00",
      ])
  }

  @Test(arguments: [
    (Ink.blocks, ["   ▀", "  ▀ ", " ▄  ", "▄   "]),
    (.ascii, ["   '", "  ' ", " .  ", ".   "]),
  ])
  func otherInksHaveTwoDotsACharacter(ink: Ink, rows: [String]) {
    let notes = [
      Self.note(60, 0, 10), Self.note(62, 10, 20), Self.note(65, 20, 30), Self.note(67, 30, 40),
    ]
    let roll = PianoRoll(
      notes: notes, window: 0..<400_000_000, pitches: 60...67, columns: 4, rows: 4, ink: ink)
    #expect(roll.cells.map { String($0.map(\.character)) } == rows)
  }

  @Test func theShortestNoteIsSeen() {
    let roll = PianoRoll(
      notes: [Self.note(60, 50, 50)], window: 0..<2_000_000_000, columns: 20, rows: 8, ink: .braille
    )
    #expect(roll.cells.flatMap(\.self).count { $0.character != " " } == 1)
  }

  @Test func notesOutsideTheWindowAreNot() {
    let roll = PianoRoll(
      notes: [Self.note(60, 0, 100), Self.note(64, 300, 400)],
      window: 1_500_000_000..<2_500_000_000,
      columns: 20, rows: 8, ink: .braille)
    #expect(roll.cells.allSatisfy { $0.allSatisfy { $0 == .blank } })
  }

  /// The same phrase where there is more room than it needs.
  @Test func aRollThatFillsItsRoomSpreadsItsKeys() {
    let roll = PianoRoll(
      notes: Self.phrase, window: 0..<1_600_000_000, columns: 16, rows: 13, ink: .braille,
      fills: true)
    // 52 dots for 25 keys.
    #expect(
      roll.framed(times: false).map(\.text) == [
        " C5 │            ⣤⣤⠛⠛",
        "    │          ⣤⣤",
        "    │        ⣤⣤",
        "    │      ⣤⣤",
        "    │    ⠛⠛",
        "    │  ⠛⠛",
        " C4 │⠛⠛",
        "    │",
        "    │",
        "    │",
        "    │",
        "    │",
        " C3 │⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶",
      ])
    let large = PianoRoll(
      notes: Self.phrase, window: 0..<1_600_000_000, columns: 16, rows: 40, ink: .braille,
      fills: true)
    // A row for each key, and fifteen keys more; notes three dots thick, with a gap between.
    #expect(large.rows == 40 && large.pitches == 41...80)
    #expect(large.cells[80 - 72].map(\.character).suffix(2) == ["⠿", "⠿"])
    let whole = PianoRoll(
      notes: Self.phrase, window: 0..<1_600_000_000, columns: 16, rows: 120, ink: .blocks,
      fills: true)
    #expect(whole.pitches == 21...108 && whole.rows == 120)
    let small = PianoRoll(
      notes: Self.phrase, window: 0..<1_600_000_000, columns: 16, rows: 4, ink: .blocks,
      fills: true)
    #expect(small.rows == 4 && small.pitches == 48...72)
  }

  @Test func theKeysOfARollThatFillsItsRoomAreAllInIt() {
    for rows in 1...70 {
      for ink in Ink.allCases {
        let notes = (0..<128).map { Self.note(UInt8($0), Int64($0) * 100, Int64($0) * 100 + 50) }
        let roll = PianoRoll(
          notes: notes, window: 0..<12_800_000_000_000, columns: 4, rows: rows, ink: ink,
          fills: true)
        #expect(roll.rows == rows && roll.cells.count == rows)
        #expect(roll.row(of: 127) == 0 && roll.row(of: 0) == rows - 1)
      }
    }
  }

  /// From three seconds to forty minutes, on small and large pages, all keys at once.
  @Test(arguments: [3, 2400], [(8, 1), (55, 8), (195, 60)])
  func everyPictureFitsItsPage(seconds: Int64, size: (columns: Int, rows: Int)) {
    let notes = (0..<(seconds * 8)).map { index in
      Self.note(UInt8(index % 128), index * 12, index * 12 + 30)
    }
    for ink in Ink.allCases {
      let roll = PianoRoll(
        notes: notes, window: 0..<(seconds * 1_000_000_000), columns: size.columns,
        rows: size.rows, ink: ink)
      let lines = roll.framed()
      #expect(lines.count <= size.rows + PianoRoll.foot)
      #expect(lines.allSatisfy { $0.count == size.columns + PianoRoll.margin })
      #expect(roll.cells.contains { $0.contains { $0.character != " " } })
    }
  }

  @Test func fromAfarDensePlayingIsDenser() {
    // Ten minutes: a note a second in the first five, all of twelve keys held in the rest.
    let sparse = (0..<300).map {
      Self.note(UInt8(60 + $0 % 12), Int64($0) * 100, Int64($0) * 100 + 10)
    }
    let dense = (60..<72).map { Self.note($0, 30_000, 60_000) }
    let roll = PianoRoll(
      notes: sparse + dense, window: 0..<600_000_000_000, pitches: 60...71, columns: 20, rows: 3,
      ink: .braille)
    func dots(_ columns: Range<Int>) -> Int {
      roll.cells.reduce(0) { sum, line in
        sum
          + line[columns].reduce(0) {
            $0 + (($1.character.unicodeScalars.first?.value ?? 32) & 0xFF).nonzeroBitCount
              * ($1.character == " " ? 0 : 1)
          }
      }
    }
    #expect(dots(10..<20) > 2 * dots(0..<10))
    #expect(dots(0..<10) > 0)
  }

  /// Three keys and more in one dot, as of a wide piece on a small page.
  @Test func aHeldNoteIsSeenAsLongAsItIsHeldHoweverManyKeysShareItsDot() {
    for fills in [false, true] {
      let roll = PianoRoll(
        notes: [Self.note(60, 0, 80)], window: 0..<1_000_000_000, pitches: 21...108, columns: 10,
        rows: 4, ink: .ascii, fills: fills)
      #expect(roll.cells.map(\.text).filter { !$0.isEmpty }.map(\.count) == [8])
    }
  }

  @Test func loudNotesHaveAnotherColourThanSoftOnes() {
    let roll = PianoRoll(
      notes: [Self.note(60, 0, 10, velocity: 20), Self.note(60, 10, 20, velocity: 120)],
      window: 0..<200_000_000, columns: 2, rows: 6, ink: .braille)
    let drawn = roll.cells.flatMap(\.self).filter { $0.character != " " }
    #expect(Set(drawn.map(\.look.colour)) == [Look.velocity(20).colour, Look.velocity(120).colour])
    #expect(Look.velocity(20) != Look.velocity(120))
  }
}
