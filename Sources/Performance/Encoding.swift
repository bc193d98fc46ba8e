public import MIDI

/// Notes to tokens, exactly as note-seq does it.
///
/// Source: note-seq `performance_lib.BasePerformance._from_quantized_sequence` and
/// `sequences_lib.quantize_note_sequence_absolute`.
public enum Encoding {
  /// The tokens of notes that are extended by the sustain pedal.
  ///
  /// Times are rounded to steps of 10 ms, half a step up; a note of length 0 gets one step. Silence before
  /// the first note is dropped, all other silence kept. Models are trained on
  /// ``PreparedNotes/tokens(augmentation:)`` instead.
  public static func tokens(of notes: [Note]) -> [UInt16] {
    var sorted = notes
    if !zip(notes, notes.dropFirst()).allSatisfy({ ($0.start, $0.pitch) <= ($1.start, $1.pitch) }) {
      // Notes of one key at one time keep their order, as in Python's sort.
      sorted = notes.enumerated().sorted {
        ($0.element.start, $0.element.pitch, $0.offset)
          < ($1.element.start, $1.element.pitch, $1.offset)
      }.map(\.element)
    }
    return tokens(
      of: sorted.map { note in
        StepNote(
          pitch: note.pitch, velocity: note.velocity,
          start: Vocabulary.step(ofNanoseconds: note.start),
          end: Vocabulary.step(ofNanoseconds: note.end))
      })
  }

  /// A note in steps of 10 ms.
  struct StepNote {
    var pitch: UInt8
    /// Velocity bin, 1…32.
    var bin: UInt8
    var start: Int32
    var end: Int32

    /// A note with its times clamped, and at least a step long.
    init(pitch: UInt8, velocity: UInt8, start: Int, end: Int) {
      self.pitch = pitch & 0x7F
      bin = UInt8(Vocabulary.bin(ofVelocity: velocity & 0x7F))
      self.start = Int32(max(0, min(start, StepNote.longest)))
      self.end = Int32(max(Int(self.start) + 1, min(end, StepNote.longest)))
    }

    /// The latest time in steps, 115 days: longer than any performance, and small enough for `Int32`.
    private static let longest = 1_000_000_000
  }

  /// The tokens of notes sorted by start and pitch.
  static func tokens(of notes: [StepNote]) -> [UInt16] {
    // One integer for each event, which sorts by step, then by note, then on before off.
    var events: [UInt64] = []
    events.reserveCapacity(notes.count * 2)
    for (index, note) in notes.enumerated() {
      events.append(UInt64(note.start) << 32 | UInt64(index) << 1)
      events.append(UInt64(note.end) << 32 | UInt64(index) << 1 | 1)
    }
    events.sort()

    var tokens: [UInt16] = []
    tokens.reserveCapacity(notes.count * 4)
    var current = Int(notes.first?.start ?? 0)
    var currentBin: UInt8 = 0
    for event in events {
      let step = Int(event >> 32)
      let note = notes[Int(event >> 1 & 0x7FFF_FFFF)]
      while step > current {
        let shift = min(step - current, Vocabulary.longestShift)
        tokens.append(Vocabulary.token(of: .timeShift(steps: shift)))
        current += shift
      }
      if event & 1 == 1 {
        tokens.append(Vocabulary.token(of: .noteOff(pitch: note.pitch)))
        continue
      }
      if note.bin != currentBin {
        currentBin = note.bin
        tokens.append(Vocabulary.token(of: .velocity(bin: Int(note.bin))))
      }
      tokens.append(Vocabulary.token(of: .noteOn(pitch: note.pitch)))
    }
    return tokens
  }
}
