import MIDI
import Performance
import Testing

@Suite struct StyleMeasuresTests {
  private func measure(_ name: String, of notes: [[Note]]) throws -> StyleMeasures.Measure {
    try #require(StyleMeasures(of: notes).measures.first { $0.name == name })
  }

  /// C E G C, a quarter of a second each, legato.
  private let arpeggio = [
    note(0, 250, 60, 40), note(250, 500, 64, 40), note(500, 750, 67, 80), note(750, 1000, 72, 80),
  ]

  @Test func pitchClassesAreShares() throws {
    let classes = try measure("pitch classes", of: [arpeggio])
    #expect(classes.shares == [0.5, 0, 0, 0, 0.25, 0, 0, 0.25, 0, 0, 0, 0])
    #expect(classes.unit == nil)
  }

  @Test func meansAreThoseOfTheNotes() throws {
    #expect(try measure("velocity", of: [arpeggio]).mean == 60)
    #expect(try measure("register", of: [arpeggio]).mean == 65.75)
    // Geometric means: of equal values they are the value.
    #expect(abs(try measure("note lengths", of: [arpeggio]).mean - 0.25) < 1e-9)
    #expect(abs(try measure("inter-onset times", of: [arpeggio]).mean - 0.25) < 1e-9)
    #expect(abs(try measure("articulation", of: [arpeggio]).mean - 1) < 1e-9)
    #expect(try measure("notes per second", of: [arpeggio]).mean == 4)
    #expect(abs(try measure("polyphony", of: [arpeggio]).mean - 1) < 1e-9)
  }

  @Test func everyMeasuresSharesSumToOne() {
    for measure in StyleMeasures(of: [arpeggio, arpeggio.reversed()]).measures {
      #expect(abs(measure.shares.reduce(0, +) - 1) < 1e-9, "\(measure.name)")
    }
    for measure in StyleMeasures(of: []).measures {
      #expect(measure.shares.allSatisfy { $0 == 0 } && measure.mean == 0, "\(measure.name)")
    }
  }

  @Test func aTakesIntervalsDoNotReachIntoTheNext() throws {
    let both = try measure("intervals", of: [[note(0, 10, 60)], [note(0, 10, 72)]])
    #expect(both.shares.allSatisfy { $0 == 0 })
  }

  @Test func theDistanceIsZeroToItselfAndOneToWhatHasNothingInCommon() throws {
    let here = StyleMeasures(of: [arpeggio])
    #expect(here.distances(to: here).allSatisfy { $0.distance == 0 })
    let moved = arpeggio.map {
      Note(pitch: $0.pitch + 1, velocity: 1, start: $0.start, end: $0.end)
    }
    let distances = here.distances(to: StyleMeasures(of: [moved]))
    let named = Dictionary(uniqueKeysWithValues: distances.map { ($0.name, $0.distance) })
    #expect(named["pitch classes"] == 1)
    #expect(named["velocity"] == 1)
    #expect(named["intervals"] == 0)
    #expect(named["note lengths"] == 0)
  }
}
