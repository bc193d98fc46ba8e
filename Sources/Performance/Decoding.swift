public import MIDI

/// Tokens to notes, defined for any sequence of tokens.
public enum Decoding {
  /// The notes of a sequence of tokens, in order of their starts.
  ///
  /// A note-off of a silent key and an unknown token are ignored, a note-on of a sounding key ends the note
  /// before, and notes without a note-off end at the end of the sequence.
  ///
  /// - Parameters:
  ///   - tokens: Token numbers of ``Vocabulary``.
  ///   - bin: The velocity bin, 1…32, until the first velocity event; 16 is in the middle.
  public static func notes(of tokens: [UInt16], startingAtBin bin: Int = 16) -> [Note] {
    var notes: [Note] = []
    var keyboard = Keyboard(bin: bin)
    /// Ends the note with a number, counted from 1, after at least a step.
    func end(_ number: Int) {
      let earliest = notes[number - 1].start + Vocabulary.nanosecondsPerStep
      notes[number - 1].end = max(Int64(keyboard.time) * Vocabulary.nanosecondsPerStep, earliest)
    }
    for token in tokens {
      switch keyboard.advance(token) {
      case .began(let pitch, let ended):
        if let ended { end(ended) }
        let start = Int64(keyboard.time) * Vocabulary.nanosecondsPerStep
        notes.append(
          Note(
            pitch: UInt8(pitch), velocity: Vocabulary.velocity(ofBin: keyboard.bin), start: start,
            end: start))
      case .ended(let pitch): end(keyboard.keys[pitch].note)
      case .waited, .velocity, .nothing: break
      }
    }
    for key in keyboard.keys where key.sounds { end(key.note) }
    return notes
  }
}
