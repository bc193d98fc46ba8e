package import MIDI

/// The notes of a piece in the order in which they are to be struck, without anybody's touch: chords one after
/// the other, with notated times.
package struct Score: Sendable {
  /// A note of a chord.
  package struct Note: Hashable, Sendable {
    /// The key, 0…127; 60 is middle C.
    package var pitch: UInt8
    /// Its notated length in seconds, above 0.
    package var seconds: Double
  }

  /// Notes that are struck together: at least one, each key once.
  package struct Chord: Hashable, Sendable {
    /// When it is to be struck, in seconds of the notated tempo since the first chord.
    package var onset: Double
    /// Its notes, from the lowest to the highest.
    package var notes: [Note]
  }

  /// The chords, in order; at least one.
  package let chords: [Chord]
  /// Whether a reading keeps the onsets as they are, as those of a take, and is free in the touch only.
  package let keepsTimes: Bool
  /// The first tempo in quarters a minute; `nil` where there is none.
  package let beatsPerMinute: Double?

  /// The notated length in seconds, from the first onset to the last note's end.
  package var seconds: Double {
    chords.reduce(0) { end, chord in
      max(end, chord.onset + (chord.notes.map(\.seconds).max() ?? 0))
    }
  }

  /// How many notes it has.
  package var noteCount: Int { chords.reduce(0) { $0 + $1.notes.count } }

  /// The notes as written: at their notated times, all with the same velocity. A note ends before its key is
  /// struck again.
  ///
  /// - Parameter velocity: The velocity, 1…127.
  package func notes(velocity: UInt8 = 64) -> [MIDI.Note] {
    var notes: [MIDI.Note] = []
    /// The last note of each key, as an index.
    var last = [Int?](repeating: nil, count: 128)
    for chord in chords {
      let start = Int64(chord.onset * 1e9)
      for note in chord.notes {
        if let index = last[Int(note.pitch)], notes[index].end >= start {
          notes[index].end = max(notes[index].start, start - 1_000_000)
        }
        last[Int(note.pitch)] = notes.count
        notes.append(
          MIDI.Note(
            pitch: note.pitch, velocity: velocity, start: start,
            end: start + Int64(note.seconds * 1e9)))
      }
    }
    return notes
  }
}

/// Why music cannot be read as a score.
package enum ScoreError: Error, Hashable, Sendable {
  /// It has no notes.
  case empty
  /// All of its notes are drums.
  case onlyDrums
  /// More notes are struck at one instant than there are hands for.
  case crowd(notes: Int, seconds: Double)
  /// It is longer than a reading may be.
  case tooLong(seconds: Double)
  /// A note is longer than a piano sounds.
  case longNote(pitch: UInt8, seconds: Double, onset: Double)
}

extension ScoreError: CustomStringConvertible {
  /// What is wrong: a clause about the score.
  package var description: String {
    func rounded(_ seconds: Double) -> String { "\((seconds * 10).rounded() / 10)" }
    switch self {
    case .empty: return "it holds no notes"
    case .onlyDrums: return "it holds nothing but drums"
    case .crowd(let notes, let seconds):
      return
        "it has \(notes) notes at once at \(rounded(seconds)) s, and no more than "
        + "\(Score.mostNotesAtOnce) can be played"
    case .tooLong(let seconds):
      return
        "it lasts \(rounded(seconds / 60)) minutes, and no more than "
        + "\(Int(Score.longestSeconds / 60)) can be read at once"
    case .longNote(let pitch, let seconds, let onset):
      return
        "\(PitchName.text(ofKey: Int(pitch))) at \(rounded(onset)) s is written \(rounded(seconds)) s "
        + "long, and no piano note lasts more than \(Int(Score.longestNote)) s"
    }
  }
}

extension Score {
  /// The most notes at one instant: more than ten fingers and two thumbs that take two keys each.
  static let mostNotesAtOnce = 24
  /// The most notes at one instant with all unisons of voices.
  static let mostVoicesAtOnce = 96
  /// The longest score in seconds of the notated tempo: 25 minutes.
  static let longestSeconds = 1500.0
  /// The longest note in seconds.
  static let longestNote = 60.0
  /// Notes of a file within this many seconds are struck together: a step of the performance events.
  static let notatedSpread = 0.01
  /// Notes of a take within this many seconds are struck together.
  static let playedSpread = 0.035
}
