import MIDI
import Performance
import Testing

@testable import Rounds

@Suite struct MusicGroupsTests {
  /// A piece: a melody that a seed draws, moved and timed as it is played this time.
  private func piece(_ seed: UInt64, notes: Int = 300, up: Int = 0, tempo: Double = 1) -> [Note] {
    var state = seed
    func draw(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    var pitch = 60
    return (0..<notes).map { index in
      pitch = max(40, min(80, pitch + draw(13) - 6))
      let start = Int64(Double(index) * 250_000_000 * tempo)
      return Note(
        pitch: UInt8(pitch + up), velocity: 64, start: start, end: start + 200_000_000)
    }
  }

  private func groups(_ takes: [(notes: [Note], sitting: Int64)]) -> MusicGroups {
    MusicGroups(
      of: takes.map {
        .init(
          figures: NoteGrams.figures(of: $0.notes), sitting: $0.sitting,
          nanoseconds: ($0.notes.last?.end ?? 0))
      })
  }

  @Test func aPieceInAnotherKeyAndTempoIsTheSamePiece() {
    let takes = [
      (piece(1), Int64(1)), (piece(2), 1), (piece(1, up: 5, tempo: 1.4), 2), (piece(3), 2),
      (piece(4), 3),
    ]
    let found = groups(takes)
    #expect(found.groups == [0, 1, 0, 2, 3])
    #expect(!found.areSittings)
  }

  /// Its middle alone was practised.
  @Test func aStretchOfAPieceIsOfThatPiece() {
    let stretch = Array(piece(1)[100..<180])
    #expect(
      groups([(piece(2), 1), (piece(1), 1), (stretch, 2), (piece(3), 2), (piece(4), 2)]).groups == [
        0, 1, 1, 2, 3,
      ])
  }

  /// A medley of two pieces binds them.
  @Test func aChainOfTakesIsOneGroup() {
    let medley =
      piece(1)
      + piece(2).map { note in
        var note = note
        note.start += 100_000_000_000
        note.end += 100_000_000_000
        return note
      }
    let others = (3..<9).map { (piece(UInt64($0)), Int64(2)) }
    #expect(
      groups([(piece(1), 1), (piece(2), 1), (medley, 1)] + others).groups == [
        0, 0, 0, 1, 2, 3, 4, 5, 6,
      ])
  }

  @Test func scalesAndTrillsBindNothing() {
    func scale(from pitch: UInt8) -> [Note] {
      (0..<200).map { index in
        let step = Int64(index) * 100_000_000
        let degrees: [UInt8] = [0, 2, 4, 6, 8, 10]
        return Note(
          pitch: pitch + degrees[index % 6], velocity: 60, start: step, end: step + 90_000_000)
      }
    }
    #expect(
      groups([(scale(from: 50), 1), (scale(from: 55), 2), (piece(1), 2), (piece(2), 3)]).groups == [
        0, 1, 2, 3,
      ])
  }

  /// Free playing that repeats itself everywhere is told apart by when it was played.
  @Test func whenHalfIsOneGroupGroupsAreSittings() {
    let takes = (0..<6).map { (piece(1, up: $0), Int64($0 / 2)) } + [(piece(2), Int64(2))]
    let found = groups(takes)
    #expect(found.areSittings)
    #expect(found.groups == [0, 0, 1, 1, 2, 2, 2])
  }

  /// A piece that is practised more than all others is told from these.
  @Test func aDrilledPieceBesideOthersIsAPiece() {
    let drilled = (0..<9).map { (piece(1, up: $0 % 3), Int64($0)) }
    let others = (2..<7).map { (piece(UInt64($0)), Int64(20 + $0)) }
    let found = groups(drilled + others)
    #expect(!found.areSittings)
    #expect(found.groups == Array(repeating: 0, count: 9) + [1, 2, 3, 4, 5])
  }

  @Test func oneLongTakeRepeatsNothing() {
    let found = groups([(piece(1, notes: 900), 1), (piece(2), 2), (piece(3), 3)])
    #expect(!found.areSittings && found.groups == [0, 1, 2])
  }

  @Test func nothingAndSilenceAreGroupsOfTheirOwn() {
    #expect(groups([]).groups == [])
    #expect(groups([([], 1), ([], 1), (piece(1), 1)]).groups == [0, 1, 2])
  }
}
