import MIDI
import Network
import Performance
import Testing

@Suite struct AugmentationTests {
  typealias T = Token
  private let chord = PreparedNotes([note(0, 1000, 60), note(0, 400, 64), note(1000, 2000, 67)])

  @Test func unchangedItIsThePlainEncoding() {
    let notes = [note(70, 1000, 60, 30), note(70, 400, 64, 90), note(1004, 2001, 67, 90)]
    #expect(PreparedNotes(notes).tokens() == Encoding.tokens(of: notes.map { shifted($0, -70) }))
  }

  private func shifted(_ note: Note, _ milliseconds: Int64) -> Note {
    var note = note
    note.start += milliseconds * 1_000_000
    note.end += milliseconds * 1_000_000
    return note
  }

  @Test func keysMoveUpAndTimeIsStretched() {
    #expect(
      chord.tokens(augmentation: Augmentation(semitones: 3, timeFactor: 1.05)) == [
        T.bin(16), T.on(63), T.on(67), T.shift(42), T.off(67), T.shift(63), T.off(63), T.on(70),
        T.shift(100), T.shift(5), T.off(70),
      ])
  }

  @Test func whatIsDrawnIsWithinItsBounds() {
    var random = SeededGenerator(seed: 1)
    let drawn = (0..<500).map { _ in Augmentation.draw(for: chord, using: &random) }
    #expect(Set(drawn.map(\.semitones)) == Set(-3...3))
    #expect(drawn.allSatisfy { (0.95...1.05).contains($0.timeFactor) })
    #expect(drawn.contains { $0.timeFactor < 0.96 } && drawn.contains { $0.timeFactor > 1.04 })
  }

  @Test func noNoteLeavesThePiano() {
    var random = SeededGenerator(seed: 2)
    let wide = PreparedNotes([note(0, 10, 22), note(0, 10, 108)])
    let drawn = (0..<200).map { _ in Augmentation.draw(for: wide, using: &random).semitones }
    #expect(Set(drawn) == [-1, 0])
    // Keys beyond the piano's own stay where they are, or move toward it.
    let beyond = PreparedNotes([note(0, 10, 5), note(0, 10, 60)])
    let moved = (0..<200).map { _ in Augmentation.draw(for: beyond, using: &random).semitones }
    #expect(Set(moved) == [0, 1, 2, 3])
  }
}
