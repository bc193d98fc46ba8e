/// Which events may come next, so that sampled events are always a well-formed performance.
///
/// - No note-off of a silent key, no note-on of a sounding one; every note lasts at least a step.
/// - No note sounds longer than five seconds: before time passes that, it must end.
/// - Each performance has only one encoding: a time-shift under a second is not followed by another shift,
///   and a velocity event changes the velocity and is followed by a note-on.
/// - Once the requested length is reached no note begins; sounding notes end within a second, and
///   then the take is complete.
///
/// At least one event is allowed until the take is complete.
public struct Grammar: Sendable {
  /// The longest note by default, in steps of 10 ms: 5 s, as note-seq's.
  public static let longestNote = 500
  /// How long notes may sound after the end of the take, in steps of 10 ms.
  public static let release = 100

  /// The longest note, in steps of 10 ms.
  public let longestNote: Int

  private var keyboard = Keyboard()
  /// When the take began, in steps of the keyboard's time.
  private var origin = 0
  /// The requested length, in steps from `origin`; `Int.max` for no end.
  private var length = Int.max
  /// When the longest sounding key was struck, in steps of the keyboard's time; `Int.max` in silence. Cached
  /// for ``allow(_:)``.
  private var earliest = Int.max
  private var lastToken: UInt16?

  /// A grammar at the beginning of a performance: silence, no velocity yet.
  ///
  /// - Parameter longestNote: The longest note, in steps of 10 ms.
  public init(longestNote: Int = Self.longestNote) { self.longestNote = longestNote }

  /// Steps of 10 ms since the grammar was made, or since ``begin(steps:)``.
  public var time: Int { keyboard.time - origin }

  /// The velocity bin in force, 1…32; 0 before the first velocity event.
  public var bin: Int { keyboard.bin }

  /// Whether the requested length has passed and no key sounds any more.
  public var isComplete: Bool { time >= length && !isSounding }

  /// Whether no more note begins.
  public var isEnding: Bool { time >= length }

  /// Whether any key sounds.
  public var isSounding: Bool { keyboard.soundingCount > 0 }

  /// Starts a take of `steps` of 10 ms at the current time, for example after a primer.
  public mutating func begin(steps: Int) {
    origin = keyboard.time
    length = steps
  }

  /// Ends the take at the current time, if it does not end earlier: no more note begins.
  public mutating func finish() { length = min(length, time) }

  /// Advances by an event; one that is not allowed is interpreted as ``Decoding`` does.
  public mutating func advance(_ token: UInt16) {
    guard token < Vocabulary.size else { return }
    lastToken = token
    switch keyboard.advance(token) {
    case .began(_, ended: nil): earliest = min(earliest, keyboard.time)
    // The note that this one ended may have been the longest sounding.
    case .began: findEarliest()
    case .ended(let pitch):
      if keyboard.keys[pitch].struck == earliest { findEarliest() }
    case .waited, .velocity, .nothing: break
    }
  }

  /// Writes which tokens may come next into `mask`, which has ``Vocabulary/size`` elements.
  public func fill(_ mask: inout [Bool]) {
    for token in mask.indices { mask[token] = true }
    allow(&mask)
  }

  /// Sets to false in `mask`, which has ``Vocabulary/size`` elements, the tokens that may not come next.
  public func allow(_ mask: inout [Bool]) { allow(&mask, relaxed: false) }

  /// The same.
  ///
  /// - Parameter relaxed: Whether also what no encoding writes is allowed where it does no harm: a time-shift
  ///   after a short one, and a velocity without a note.
  public func allow(_ mask: inout [Bool], relaxed: Bool) {
    func keep(_ token: Int, _ isAllowed: Bool) {
      if !isAllowed { mask[token] = false }
    }
    if isOverdue {
      // Only the note-offs of overdue notes are allowed: a model that gives them a low probability could
      // otherwise strike keys at this time for ever.
      for token in mask.indices
      where !(Vocabulary.firstNoteOff..<Vocabulary.firstTimeShift).contains(token) {
        mask[token] = false
      }
      for pitch in 0..<128 {
        let key = keyboard.keys[pitch]
        keep(
          Vocabulary.firstNoteOff + pitch,
          key.sounds && (hasRungOut || keyboard.time >= key.struck + longestNote))
      }
      return
    }
    let mayBegin = time < length
    // Only while a note may follow, or else no token would be allowed.
    let afterVelocity =
      !relaxed && mayBegin && keyboard.soundingCount < 128
      && lastToken.map { Vocabulary.velocities.contains(Int($0)) } ?? false
    let longest = longestShift(repeating: relaxed)
    for pitch in 0..<128 {
      let key = keyboard.keys[pitch]
      keep(Vocabulary.firstNoteOn + pitch, mayBegin && !key.sounds && bin > 0)
      keep(
        Vocabulary.firstNoteOff + pitch,
        key.sounds && !afterVelocity && key.struck != keyboard.time)
    }
    for shift in 1...Vocabulary.longestShift {
      keep(Vocabulary.firstTimeShift + shift - 1, !afterVelocity && shift <= longest)
    }
    for bin in 1...Vocabulary.velocityBins {
      keep(
        Vocabulary.firstVelocity + bin - 1,
        mayBegin && !afterVelocity && bin != self.bin && keyboard.soundingCount < 128)
    }
  }

  /// Whether a note has sounded as long as it may.
  private var isOverdue: Bool {
    isSounding && (hasRungOut || keyboard.time >= earliest + longestNote)
  }

  /// Whether the time that notes may sound after the take's end is over.
  private var hasRungOut: Bool { length < Int.max && time >= length + Self.release }

  /// The longest shift allowed here, in steps; 0 for none.
  private func longestShift(repeating: Bool) -> Int {
    let afterShortShift =
      lastToken.map {
        (Vocabulary.firstTimeShift..<(Vocabulary.firstVelocity - 1)).contains(Int($0))
      } ?? false
    var longest = Vocabulary.longestShift
    // A shift may follow a short one when nothing else is possible: every key is
    // silent and no note may begin.
    if afterShortShift, !repeating, isSounding || time < length { longest = 0 }
    if isSounding {
      longest = min(longest, earliest + longestNote - keyboard.time)
      if length < Int.max { longest = min(longest, max(0, length + Self.release - time)) }
    }
    return max(0, longest)
  }

  private mutating func findEarliest() {
    earliest = Int.max
    for key in keyboard.keys where key.sounds { earliest = min(earliest, key.struck) }
  }
}
