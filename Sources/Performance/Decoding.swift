public import MIDI

/// Tokens to notes; any sequence of tokens becomes a take.
public enum Decoding {
  /// The notes of a sequence of tokens, in order of their starts.
  ///
  /// Decoding is total: a note-off of a silent key and an unknown token are passed over, a key
  /// struck again ends the note before, and notes that are never ended end where the time ends.
  ///
  /// - Parameters:
  ///   - tokens: Token numbers of ``Vocabulary``.
  ///   - bin: The velocity bin, 1…32, until the first velocity event; 16 is middling.
  public static func notes(of tokens: [UInt16], startingAtBin bin: Int = 16) -> [Note] {
    var notes: [Note] = []
    var keyboard = Keyboard(bin: bin)
    /// Ends the note of a number, which lasts a step at least.
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
