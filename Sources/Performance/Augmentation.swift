public import MIDI

/// A small change of a performance that leaves it as likely as it was: another key, another tempo.
///
/// Source: Oore et al., arXiv 1808.03715, section 4.1; the ranges are note-seq's less aggressive
/// ones, −3…+3 semitones and ×0.95…1.05 time.
public struct Augmentation: Hashable, Sendable {
  /// Semitones up.
  public var semitones: Int
  /// The factor on all times.
  public var timeFactor: Double

  /// A change by `semitones` up and `timeFactor` in time.
  public init(semitones: Int = 0, timeFactor: Double = 1) {
    self.semitones = semitones
    self.timeFactor = timeFactor
  }

  /// Draws a change under which no note of `prepared` leaves the piano.
  public static func draw(
    for prepared: PreparedNotes, using random: inout some RandomNumberGenerator
  ) -> Augmentation {
    let lowest = max(-3, min(0, 21 - Int(prepared.pitches.lowerBound)))
    let highest = min(3, max(0, 108 - Int(prepared.pitches.upperBound)))
    return Augmentation(
      semitones: Int.random(in: lowest...highest, using: &random),
      timeFactor: Double.random(in: 0.95...1.05, using: &random))
  }
}

/// Notes made ready for being tokenised many times over, a little differently each time.
public struct PreparedNotes: Sendable {
  /// In order of time and, at one time, of pitch; times count from the first note.
  let notes: [Note]

  /// The lowest and the highest pitch; 60…60 when there is no note.
  public let pitches: ClosedRange<UInt8>

  /// Sorts notes whose ends have the sustain pedal folded in.
  ///
  /// - Parameters:
  ///   - notes: The notes, in any order.
  ///   - longestSilence: Silence, with nothing sounding, is cut to this many nanoseconds, since a
  ///     pause of minutes teaches nothing.
  public init(_ notes: [Note], longestSilence: Int64 = 5_000_000_000) {
    var sorted = notes.sorted { ($0.start, $0.pitch) < ($1.start, $1.pitch) }
    var cut = sorted.first?.start ?? 0
    var soundingUntil = cut
    for index in sorted.indices {
      let silence = sorted[index].start - soundingUntil
      if silence > longestSilence { cut += silence - longestSilence }
      soundingUntil = max(soundingUntil, sorted[index].end)
      sorted[index].start -= cut
      sorted[index].end -= cut
    }
    self.notes = sorted
    let lowest = sorted.map(\.pitch).min() ?? 60
    pitches = lowest...(sorted.map(\.pitch).max() ?? lowest)
  }

  /// The tokens of the notes, changed by `augmentation`.
  public func tokens(augmentation: Augmentation = Augmentation()) -> [UInt16] {
    Encoding.tokens(
      of: notes.map { note in
        Encoding.StepNote(
          pitch: UInt8(max(0, min(127, Int(note.pitch) + augmentation.semitones))),
          velocity: note.velocity, start: step(note.start, augmentation),
          end: step(note.end, augmentation))
      })
  }

  private func step(_ nanoseconds: Int64, _ augmentation: Augmentation) -> Int {
    augmentation.timeFactor == 1
      ? Vocabulary.step(ofNanoseconds: nanoseconds)
      : Vocabulary.step(ofNanoseconds: Int64(Double(nanoseconds) * augmentation.timeFactor))
  }
}
