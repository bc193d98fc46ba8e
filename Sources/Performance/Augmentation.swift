/// An augmentation of a performance: a transposition and a change of tempo.
///
/// Source: Oore et al., arXiv 1808.03715, section 4.1; the ranges are note-seq's less aggressive
/// ones, −3…+3 semitones and ×0.95…1.05 time.
public struct Augmentation: Hashable, Sendable {
  /// Semitones up.
  public var semitones: Int
  /// The factor on all times.
  public var timeFactor: Double

  /// An augmentation by `semitones` up and `timeFactor` in time.
  public init(semitones: Int = 0, timeFactor: Double = 1) {
    self.semitones = semitones
    self.timeFactor = timeFactor
  }

  /// Draws an augmentation under which no note of `prepared` leaves the piano's range.
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
