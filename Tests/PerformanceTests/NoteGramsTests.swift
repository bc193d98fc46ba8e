import MIDI
import Performance
import Testing

/// Notes of a tenth of a second each, one after the other.
private func evenly(_ pitches: [UInt8], velocity: (Int) -> UInt8 = { _ in 64 }) -> [Note] {
  pitches.enumerated().map { place, pitch in
    let start = Int64(place) * 100_000_000
    return Note(
      pitch: pitch, velocity: velocity(place), start: start, end: start + 50_000_000)
  }
}

@Suite struct NoteGramsTests {
  /// C D E F G A B C, an tenth of a second apart.
  private let scale = evenly([60, 62, 64, 65, 67, 69, 71, 72])

  private func changed(_ notes: [Note], semitones: Int = 0, tempo: Double = 1) -> [Note] {
    notes.map {
      Note(
        pitch: UInt8(Int($0.pitch) + semitones), velocity: 9,
        start: Int64(Double($0.start) * tempo), end: Int64(Double($0.end) * tempo))
    }
  }

  @Test func aGramIsItsSteps() {
    // Up 2, the first that takes time; down 5 within a chord; up 31 at most, half as long.
    let notes = [
      note(0, 10, 60), note(400, 500, 62), note(420, 500, 57), note(600, 700, 120),
    ]
    // The chord of 57 and 62 is read from below: 60, 57, 62, 120.
    let steps: [(interval: UInt64, rhythm: UInt64)] = [(31 - 3, 1), (31 + 5, 0), (62, 3)]
    let gram = steps.reduce(UInt64(0)) { $0 << 9 | $1.interval << 3 | $1.rhythm }
    #expect(NoteGrams.grams(of: notes, length: 4) == [gram])
    #expect(NoteGrams.grams(of: notes, length: 2).count == 3)
    #expect(NoteGrams.grams(of: notes).isEmpty)
  }

  @Test func theSameMusicElsewhereIsTheSame() {
    let grams = NoteGrams.grams(of: scale)
    #expect(grams.count == 1)
    #expect(NoteGrams.grams(of: changed(scale, semitones: -7, tempo: 1.6)) == grams)
    var other = scale
    other[3].pitch += 1
    #expect(NoteGrams.grams(of: other) != grams)
    other = scale
    other[7].start += 125_000_000
    #expect(NoteGrams.grams(of: other) != grams)
  }

  @Test func aSpreadChordIsOneChord() {
    let chord = [note(0, 500, 60), note(0, 500, 64), note(0, 500, 67)]
    let spread = [note(20, 500, 60), note(10, 500, 64), note(0, 500, 67)]
    #expect(NoteGrams.grams(of: chord, length: 3) == NoteGrams.grams(of: spread, length: 3))
  }

  @Test func theLongestRunIsCountedInNotes() {
    let tune = evenly((0..<40).map { UInt8(40 + $0 * $0 % 37) })
    let index = GramIndex([tune, scale])
    let whole = index.overlap(with: changed(tune, semitones: 3))
    #expect(whole.grams == 33)
    #expect(whole.share == 1)
    #expect(whole.longestRun == 40)
    // A wrong note in the middle: the longer side is 20 notes.
    var wrong = tune
    wrong[19].pitch = 100
    let parts = index.overlap(with: wrong)
    #expect(parts.longestRun == 20)
    #expect(parts.shared == 33 - 8)
    // Passed over, the take does not count as a copy of itself.
    #expect(index.overlap(with: tune, excluding: 0).longestRun < 40)
    #expect(index.overlap(with: []).share == 0)
  }
}

@Suite struct VarietyTests {
  @Test func oneNoteAgainAndAgainIsNotVaried() {
    let drone = evenly(Array(repeating: 60, count: 2000))
    let variety = Variety(of: [drone])
    #expect(abs(variety.pitchClassEntropy) < 1e-9)
    #expect(variety.velocitySpread == 0)
    #expect(variety.distinctGrams < 0.003)
  }

  @Test func allClassesAlikeAreThreeAndAHalfBits() {
    let notes = evenly((0..<24).map { UInt8(60 + $0 % 12) }) { $0 < 12 ? 40 : 60 }
    let variety = Variety(of: [notes])
    #expect(abs(variety.pitchClassEntropy - 3.585) < 0.001)
    #expect(variety.velocitySpread == 10)
  }

  @Test func theShareDoesNotDependOnHowMuchIsMeasured() {
    // Random notes: nearly all figures are different, however many there are.
    var state: UInt64 = 1
    func random() -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33)
    }
    let long = evenly((0..<6000).map { _ in UInt8(40 + random() % 4) })
    let short = Variety(of: [Array(long.prefix(1500))])
    #expect(abs(Variety(of: [long]).distinctGrams - short.distinctGrams) < 0.02)
    #expect(short.distinctGrams < 0.3)
    #expect(Variety(of: []).distinctGrams == 0)
  }
}
