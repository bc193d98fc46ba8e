/// What some events leave of a keyboard: which keys sound and since when, which note of the
/// performance each of them is, the velocity in force, and the time.
///
/// Any sequence of tokens can be followed. A key that is struck while it sounds begins a new note
/// and ends the one before; a note-off of a silent key and an unknown token change nothing.
struct Keyboard: Sendable {
  /// A key that sounds or did.
  struct Key {
    var sounds = false
    /// When it was struck last, in steps of 10 ms since the beginning; 0 if never.
    var struck = 0
    /// Which note of the performance that was, counted from 1; 0 if it was never struck.
    var note = 0
  }

  /// What an event changed.
  enum Change {
    /// A note began on the key `pitch`, 0…127. `ended` is the note, counted from 1, that sounded on
    /// it until then; `nil` where the key was silent.
    case began(pitch: Int, ended: Int?)
    /// The note on the key `pitch`, 0…127, ended; the key still says which one and since when.
    case ended(pitch: Int)
    /// Time went on by `steps` of 10 ms, 1…100.
    case waited(steps: Int)
    /// Notes from here on have the velocity of `bin`, 1…32.
    case velocity(bin: Int)
    /// Nothing: the key was silent already, or there is no such token.
    case nothing
  }

  /// The keys, by their pitches: `[128]`.
  private(set) var keys = Array(repeating: Key(), count: 128)
  /// How many keys sound, 0…128.
  private(set) var soundingCount = 0
  /// Steps of 10 ms since the beginning.
  private(set) var time = 0
  /// The velocity bin in force, 1…32; what it began with before the first velocity event.
  private(set) var bin: Int
  /// How many notes have begun.
  private(set) var noteCount = 0

  /// Silence, before the first event.
  ///
  /// - Parameter bin: The velocity bin until the first velocity event, 1…32; 0 for none.
  init(bin: Int = 0) { self.bin = bin }

  /// Goes on by one event.
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
