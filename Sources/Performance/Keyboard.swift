/// The state of the keyboard after some events: which keys sound and since when, with which note of the
/// performance, the velocity in force, and the time.
///
/// It accepts any sequence of tokens. A note-on of a sounding key begins a new note and ends the one before;
/// a note-off of a silent key and an unknown token change nothing.
struct Keyboard: Sendable {
  /// The state of a key.
  struct Key {
    var sounds = false
    /// When it was struck last, in steps of 10 ms since the beginning; 0 if never.
    var struck = 0
    /// The number of its last note in the performance, counted from 1; 0 if it was never struck.
    var note = 0
  }

  /// The change that an event made.
  enum Change {
    /// A note began on the key `pitch`, 0…127. `ended` is the number, counted from 1, of the note that it
    /// ended on that key; `nil` if the key was silent.
    case began(pitch: Int, ended: Int?)
    /// The note on the key `pitch`, 0…127, ended; the key keeps its number and time.
    case ended(pitch: Int)
    /// Time advanced by `steps` of 10 ms, 1…100.
    case waited(steps: Int)
    /// Notes from here on have the velocity of `bin`, 1…32.
    case velocity(bin: Int)
    /// None: the key was already silent, or the token is unknown.
    case nothing
  }

  /// The keys, by their pitches: `[128]`.
  private(set) var keys = Array(repeating: Key(), count: 128)
  /// How many keys sound, 0…128.
  private(set) var soundingCount = 0
  /// Steps of 10 ms since the beginning.
  private(set) var time = 0
  /// The velocity bin in force, 1…32; the initial one before the first velocity event.
  private(set) var bin: Int
  /// How many notes have begun.
  private(set) var noteCount = 0

  /// Silence, before the first event.
  ///
  /// - Parameter bin: The velocity bin until the first velocity event, 1…32; 0 for none.
  init(bin: Int = 0) { self.bin = bin }

  /// Advances by an event.
  mutating func advance(_ token: UInt16) -> Change {
    switch Vocabulary.event(of: token) {
    case .noteOn(let pitch): return begin(Int(pitch))
    case .noteOff(let pitch):
      guard keys[Int(pitch)].sounds else { return .nothing }
      keys[Int(pitch)].sounds = false
      soundingCount -= 1
      return .ended(pitch: Int(pitch))
    case .timeShift(let steps):
      time += steps
      return .waited(steps: steps)
    case .velocity(let bin):
      self.bin = bin
      return .velocity(bin: bin)
    case nil: return .nothing
    }
  }

  private mutating func begin(_ pitch: Int) -> Change {
    let before = keys[pitch]
    noteCount += 1
    keys[pitch] = Key(sounds: true, struck: time, note: noteCount)
    guard before.sounds else {
      soundingCount += 1
      return .began(pitch: pitch, ended: nil)
    }
    return .began(pitch: pitch, ended: before.note)
  }
}
