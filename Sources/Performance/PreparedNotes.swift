public import MIDI

/// The notes of a performance prepared for a model: sorted, with long silences cut, and ready to be tokenised
/// repeatedly with different augmentations.
///
/// All input of a model is tokenised in this way: training sets, primers and held-out takes.
/// ``Encoding/tokens(of:)`` gives the same tokens as note-seq instead, with all silences.
public struct PreparedNotes: Sendable {
  /// The longest silence that is kept, in nanoseconds: 5 s. A model learns nothing from a pause of minutes.
  public static let longestSilence: Int64 = 5_000_000_000

  /// The notes sorted by start and pitch; times are in nanoseconds since the first note, without the silence
  /// that was cut.
  package let notes: [Note]

  /// How much silence between the notes was cut, in nanoseconds; 0 for none.
  package let cutSilence: Int64

  /// The lowest and the highest pitch; 60…60 without notes.
  public let pitches: ClosedRange<UInt8>

  /// Sorts notes and cuts the silences between them.
  ///
  /// - Parameters:
  ///   - notes: The notes, extended by the sustain pedal, in any order.
  ///   - longestSilence: The length that longer silences are cut to, in nanoseconds; `Int64.max` cuts
  ///     nothing.
  public init(_ notes: [Note], longestSilence: Int64 = longestSilence) {
    var sorted = notes.sorted { ($0.start, $0.pitch) < ($1.start, $1.pitch) }
    let origin = sorted.first?.start ?? 0
    var cut: Int64 = 0
    var soundingUntil = origin
    for index in sorted.indices {
      let silence = sorted[index].start - soundingUntil
      if silence > longestSilence { cut += silence - longestSilence }
      soundingUntil = max(soundingUntil, sorted[index].end)
      sorted[index].start -= origin + cut
      sorted[index].end -= origin + cut
    }
    self.notes = sorted
    cutSilence = cut
    let lowest = sorted.map(\.pitch).min() ?? 60
    pitches = lowest...(sorted.map(\.pitch).max() ?? lowest)
  }

  /// The tokens of the notes, after `augmentation`.
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
