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
    var sounding: [Int?] = Array(repeating: nil, count: 128)
    var time: Int64 = 0
    var velocity = Vocabulary.velocity(ofBin: bin)
    func endOfNote(_ index: Int) -> Int64 {
      max(time, notes[index].start + Vocabulary.nanosecondsPerStep)
    }
    for token in tokens {
      switch Vocabulary.event(of: token) {
      case .noteOn(let pitch):
        if let index = sounding[Int(pitch)] {
          notes[index].end = endOfNote(index)
        }
        sounding[Int(pitch)] = notes.count
        notes.append(Note(pitch: pitch, velocity: velocity, start: time, end: time))
      case .noteOff(let pitch):
        guard let index = sounding[Int(pitch)] else { continue }
        notes[index].end = endOfNote(index)
        sounding[Int(pitch)] = nil
      case .timeShift(let steps):
        time += Int64(steps) * Vocabulary.nanosecondsPerStep
      case .velocity(let bin):
        velocity = Vocabulary.velocity(ofBin: bin)
      case nil: continue
      }
    }
    for index in sounding.compactMap(\.self) {
      notes[index].end = endOfNote(index)
    }
    return notes
  }
}
