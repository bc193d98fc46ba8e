import Foundation
import MIDI
import Performance

/// How loud streams that compete play each note of a score, all of them together.
///
/// The loudness of a single stream is a draw, most of which is chance: over thirteen pieces two readings had a
/// correlation of 0.19, and each one of 0.19 with people, but the mean of twelve readings one of 0.36. So a
/// reading takes most of its loudness from what all streams played at that note, by their weights then, and is as
/// lively as the stream itself.
struct LoudnessConsensus {
  /// A note of a score: the chord and the pitch.
  struct Place: Hashable {
    var chord: Int
    var pitch: UInt8
  }

  /// What a stream played there.
  private struct Played {
    var logWeight: Float
    var bin: Int
  }

  /// How much of its own difference from all streams a reading keeps.
  static let own = 0.15

  /// What was played at each note, by the streams of each reading.
  private var played: [Place: [Int: [Played]]] = [:]

  /// Adds a note that a stream has just struck.
  ///
  /// - Parameters:
  ///   - reading: The number of the reading that the stream competes for.
  ///   - logWeight: The stream's log weight since streams were drawn last.
  ///   - bin: The velocity bin, 1…32.
  mutating func add(_ place: Place, reading: Int, logWeight: Float, bin: Int) {
    guard logWeight.isFinite else { return }
    played[place, default: [:]][reading, default: []].append(Played(logWeight: logWeight, bin: bin))
  }

  /// The mean velocity of a note over all readings, each by its streams' weights; `nil` if nobody has played it.
  func velocity(at place: Place) -> Double? {
    // In one order: sums of floats depend on it, and the same seed gives the same loudness.
    let readings = (played[place] ?? [:]).sorted { $0.key < $1.key }
    let means = readings.map { _, streams -> Double in
      let most = streams.map(\.logWeight).max() ?? 0
      let weights = streams.map { exp(Double($0.logWeight - most)) }
      let sum = zip(weights, streams).reduce(0) { sum, stream in
        sum + stream.0 * Double(Vocabulary.velocity(ofBin: stream.1.bin))
      }
      return sum / weights.reduce(0, +)
    }
    return means.isEmpty ? nil : means.reduce(0, +) / Double(means.count)
  }

  /// A reading's notes with the loudness of all streams: with its own mean and spread, and a little of what it has
  /// played otherwise than the others.
  ///
  /// - Parameters:
  ///   - notes: The notes, each of the score's once, in the order of their starts.
  ///   - score: The score.
  func applied(to notes: [Note], of score: Score) -> [Note] {
    guard notes.count > 1 else { return notes }
    var places: [UInt8: ArraySlice<Int>] = [:]
    for (chord, group) in score.chords.enumerated() {
      for note in group.notes { places[note.pitch, default: []].append(chord) }
    }
    let blended = notes.map { note -> Double in
      let own = Double(note.velocity)
      guard let chord = places[note.pitch]?.popFirst(),
        let all = velocity(at: Place(chord: chord, pitch: note.pitch))
      else { return own }
      return all + Self.own * (own - all)
    }
    let (mean, spread) = Self.moments(notes.map { Double($0.velocity) })
    let (before, narrow) = Self.moments(blended)
    let factor = narrow > 1e-9 ? spread / narrow : 1
    return zip(notes, blended).map { note, value in
      var note = note
      note.velocity = UInt8(max(1, min(127, (mean + (value - before) * factor).rounded())))
      return note
    }
  }

  /// The mean and the standard deviation of some values.
  private static func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return (mean, square.squareRoot())
  }
}
