public import MIDI

/// Messages to tokens while they are played: the events of a step of 10 ms once the step is over, and each
/// whole second of silence once it has passed.
///
/// After ``finish()`` the tokens are those that ``Encoding`` or ``PreparedNotes`` gives of the same messages,
/// except that it cannot look ahead: where a key is struck again before it is released, the first of two
/// note-offs ends the new note unless it comes within 30 ms.
///
/// ```swift
/// var encoding = LiveEncoding()
/// encoding.hear(.noteOn(pitch: 60, velocity: 64), at: 0)
/// var tokens: [UInt16] = []
/// encoding.pass(to: 12_000_000, into: &tokens)
/// ```
public struct LiveEncoding: Sendable {
  /// Where the grid of steps begins, and what becomes of long silences.
  public enum Grid: Hashable, Sendable {
    /// Step 0 is at 0 ns, and all silences are kept, as in ``Encoding/tokens(of:)``.
    case clock
    /// Step 0 is at the first note, and a silence is five seconds at most, as in ``PreparedNotes``: what
    /// models have learned from.
    case music
  }

  /// A key and the note that sounds on it.
  private struct Key {
    /// When the note began, in nanoseconds; `nil` while the key is silent.
    var start: Int64?
    var step = 0
    /// Whether the key is down; false while only the pedal holds the note.
    var isDown = false
    var channel: UInt8 = 0
    /// How many note-offs of earlier notes, ended by a new note-on, are still expected.
    var owed = 0
  }

  /// A message that is not encoded yet.
  fileprivate struct Heard {
    var nanoseconds: Int64
    var message: MIDIMessage
  }

  /// The beginning or end of a note.
  private struct Change {
    var step: Int
    /// When the note began, in nanoseconds: notes end in the order in which they began.
    var start: Int64
    var pitch: UInt8
    /// The velocity bin of a note that begins, 1…32; 0 for one that ends.
    var bin = 0
  }

  private let grid: Grid
  /// The time of step 0, in nanoseconds; `nil` before the first note of ``Grid/music``.
  private var origin: Int64?
  private var heard: [Heard] = []
  private var keys = Array(repeating: Key(), count: 128)
  private var soundingCount = 0
  /// Whether each of the sixteen channels holds the pedal.
  private var pedals: UInt16 = 0
  /// Notes whose ends are in a step after the one just encoded, since each has at least a step.
  private var ending: [Change] = []
  /// Scratch: what happens in a step.
  private var changes: [Change] = []
  /// When the last note ended, in nanoseconds.
  private var soundingUntil: Int64 = 0
  /// The times of the last message, and of the last that moved a key or the pedal, in nanoseconds.
  private var last: Int64 = 0
  private var lastMove: Int64 = 0
  /// The step that is being encoded.
  private var present = 0
  /// The step of the last token; `nil` before the first.
  private var current: Int?
  private var bin = 0

  /// Silence, before the first message.
  public init(_ grid: Grid = .music) {
    self.grid = grid
    origin = grid == .clock ? 0 : nil
    heard.reserveCapacity(1024)
    ending.reserveCapacity(128)
    changes.reserveCapacity(256)
  }

  /// Whether a key or the pedal is down, or a note sounds.
  public var isHeld: Bool { soundingCount > 0 || pedals != 0 || !heard.isEmpty || !ending.isEmpty }

  /// How many steps lie between the last token and `time`, in nanoseconds; 0 before the first token.
  public func steps(to time: Int64) -> Int {
    guard let current, let origin else { return 0 }
    return max(0, min(step(of: time, origin), limit) - current)
  }

  /// The time that lies `steps` after the last token, in nanoseconds; `nil` before the first token.
  public func time(after steps: Int) -> Int64? {
    guard let current, let origin else { return nil }
    return origin + Int64(current + steps) * Vocabulary.nanosecondsPerStep
  }

  /// Begins at `time`, in nanoseconds, with a velocity but no note; does nothing once something was heard.
  ///
  /// - Parameter bin: The velocity bin in force, 1…32.
  public mutating func begin(at time: Int64, bin: Int) {
    guard current == nil, heard.isEmpty else { return }
    if origin == nil { origin = time }
    current = origin.map { step(of: time, $0) }
    soundingUntil = time
    self.bin = bin
  }

  /// Hears a message at `nanoseconds`, which is not before the message heard last.
  public mutating func hear(_ message: MIDIMessage, at nanoseconds: Int64) {
    last = max(last, nanoseconds)
    let next = Heard(nanoseconds: last, message: message)
    guard case .channel(let status, _, _) = message, status & 0x0F != NoteReading.drums,
      message.isNoteOn || message.isNoteOff || message.endsAllNotes || next.putsPedalDown != nil
    else { return }
    heard.append(next)
  }

  /// Appends the tokens of all steps that are over at `time`, in nanoseconds.
  public mutating func pass(to time: Int64, into tokens: inout [UInt16]) {
    while let next = nextStep(), let origin, next < step(of: time, origin) {
      encode(next, into: &tokens)
    }
    guard let origin, var current else { return }
    // A second that is over is a token of its own, whatever comes then.
    let over = min(step(of: time, origin) - 1, limit)
    while over - current >= Vocabulary.longestShift {
      tokens.append(Vocabulary.token(of: .timeShift(steps: Vocabulary.longestShift)))
      current += Vocabulary.longestShift
    }
    self.current = current
  }

  /// Ends all notes with the last message, and returns the remaining tokens.
  public mutating func finish() -> [UInt16] {
    var tokens: [UInt16] = []
    while let next = nextStep(), let origin, next < step(of: last, origin) {
      encode(next, into: &tokens)
    }
    guard let origin else { return [] }
    encode(step(of: last, origin), isLast: true, into: &tokens)
    while let next = nextStep() { encode(next, into: &tokens) }
    return tokens
  }

  // MARK: - Steps

  private func step(of time: Int64, _ origin: Int64) -> Int {
    Vocabulary.step(ofNanoseconds: time - origin)
  }

  /// The last step that time reaches before the next note.
  private var limit: Int {
    guard grid == .music, soundingCount == 0, ending.isEmpty, let origin else { return .max }
    return step(of: soundingUntil + PreparedNotes.longestSilence, origin)
  }

  /// The next step in which something happens, of what is known; `nil` when nothing is.
  private mutating func nextStep() -> Int? {
    // What happens in silence, such as a pedal, has no step.
    while soundingCount == 0, ending.isEmpty, !heard.isEmpty {
      let group = nextGroup
      if heard[..<group].contains(where: \.message.isNoteOn) { break }
      take(group)
    }
    guard let first = heard.first else { return ending.first?.step }
    let isSilent = soundingCount == 0 && ending.isEmpty
    let origin = self.origin ?? first.nanoseconds
    self.origin = origin
    let silence = first.nanoseconds - soundingUntil - PreparedNotes.longestSilence
    if grid == .music, current != nil, isSilent, silence > 0 {
      self.origin = origin + silence
      soundingUntil += silence
    }
    let next = step(of: first.nanoseconds, self.origin ?? origin)
    return min(next, ending.first?.step ?? next)
  }

  /// Encodes all that happens in a step.
  ///
  /// - Parameter isLast: Whether all notes end with the last message.
  private mutating func encode(_ step: Int, isLast: Bool = false, into tokens: inout [UInt16]) {
    guard let origin else { return }
    // What arrives when its step is over is heard in the present one.
    let step = max(step, current ?? step)
    present = step
    changes.removeAll(keepingCapacity: true)
    while let change = ending.first, change.step <= step {
      changes.append(change)
      ending.removeFirst()
    }
    while let first = heard.first, self.step(of: first.nanoseconds, origin) <= step {
      take(nextGroup)
    }
    if isLast { endAll() }
    write(step, into: &tokens)
  }

  /// How many messages from the first on have its time.
  private var nextGroup: Int {
    heard.prefix { $0.nanoseconds == heard[0].nanoseconds }.count
  }

  /// Takes messages of one time: the pedal moves before the keys, and down before up.
  private mutating func take(_ count: Int) {
    for isDown in [true, false] {
      for index in 0..<count where heard[index].putsPedalDown == isDown { movePedal(heard[index]) }
    }
    for index in 0..<count { moveKeys(heard[index]) }
    heard.removeFirst(count)
  }

  /// Writes ``changes``: first the notes that end, then those that begin.
  private mutating func write(_ step: Int, into tokens: inout [UInt16]) {
    guard !changes.isEmpty else { return }
    changes.sort {
      ($0.bin == 0 ? 0 : 1, $0.start, $0.pitch) < ($1.bin == 0 ? 0 : 1, $1.start, $1.pitch)
    }
    var current = self.current ?? step
    while step > current {
      let shift = min(step - current, Vocabulary.longestShift)
      tokens.append(Vocabulary.token(of: .timeShift(steps: shift)))
      current += shift
    }
    self.current = current
    for change in changes {
      guard change.bin > 0 else {
        tokens.append(Vocabulary.token(of: .noteOff(pitch: change.pitch)))
        continue
      }
      if change.bin != bin {
        bin = change.bin
        tokens.append(Vocabulary.token(of: .velocity(bin: bin)))
      }
      tokens.append(Vocabulary.token(of: .noteOn(pitch: change.pitch)))
    }
  }

  // MARK: - Pedal and keys

  private mutating func movePedal(_ heard: Heard) {
    guard let isDown = heard.putsPedalDown, case .channel(let status, _, _) = heard.message else {
      return
    }
    lastMove = heard.nanoseconds
    let channel = UInt16(1) << UInt16(status & 0x0F)
    let wasDown = pedals != 0
    if isDown { pedals |= channel } else { pedals &= ~channel }
    guard wasDown, pedals == 0 else { return }
    for pitch in keys.indices where !keys[pitch].isDown { end(pitch, at: heard.nanoseconds) }
  }

  private mutating func moveKeys(_ heard: Heard) {
    guard case .channel(let status, let pitch, let velocity) = heard.message else { return }
    let channel = status & 0x0F
    switch heard.message {
    case let message where message.isNoteOn:
      strike(Int(pitch), velocity, channel, at: heard.nanoseconds)
    case let message where message.isNoteOff: release(Int(pitch), at: heard.nanoseconds)
    case let message where message.endsAllNotes:
      for pitch in keys.indices where keys[pitch].isDown && keys[pitch].channel == channel {
        letGo(pitch, at: heard.nanoseconds)
      }
    default: break
    }
  }

  private mutating func strike(
    _ pitch: Int, _ velocity: UInt8, _ channel: UInt8, at time: Int64
  ) {
    var owed = 0
    if keys[pitch].isDown, let start = keys[pitch].start {
      guard start < time else { return }
      owed = keys[pitch].owed + 1
    }
    lastMove = time
    end(pitch, at: time)
    keys[pitch] = Key(start: time, step: present, isDown: true, channel: channel, owed: owed)
    soundingCount += 1
    changes.append(
      Change(
        step: present, start: time, pitch: UInt8(pitch), bin: Vocabulary.bin(ofVelocity: velocity)))
  }

  private mutating func release(_ pitch: Int, at time: Int64) {
    guard keys[pitch].isDown, let start = keys[pitch].start else { return }
    if keys[pitch].owed > 0, time - start <= NoteReading.lateRelease {
      keys[pitch].owed -= 1
    } else {
      letGo(pitch, at: time)
    }
  }

  /// Lets a key go: its note ends unless the pedal holds it.
  private mutating func letGo(_ pitch: Int, at time: Int64) {
    keys[pitch].isDown = false
    keys[pitch].owed = 0
    lastMove = time
    if pedals == 0 { end(pitch, at: time) }
  }

  /// Ends the note that sounds on a key, if any: in this step, or in the one after it began.
  private mutating func end(_ pitch: Int, at time: Int64) {
    guard let start = keys[pitch].start, let origin else { return }
    let due = max(keys[pitch].step + 1, step(of: time, origin))
    let change = Change(step: due, start: start, pitch: UInt8(pitch))
    if due <= present { changes.append(change) } else { ending.append(change) }
    keys[pitch].start = nil
    keys[pitch].isDown = false
    soundingCount -= 1
    soundingUntil = max(soundingUntil, time)
  }

  /// Ends all notes: those of keys that are down with the last message, those that only the pedal holds with
  /// the last of keys and pedals.
  private mutating func endAll() {
    if keys.contains(where: \.isDown) { lastMove = last }
    for pitch in keys.indices { end(pitch, at: keys[pitch].isDown ? last : lastMove) }
    ending.sort { $0.step < $1.step }
  }
}

extension LiveEncoding.Heard {
  /// Whether it puts the sustain pedal down, or false for up; `nil` for other messages.
  fileprivate var putsPedalDown: Bool? {
    guard case .channel(let status, let controller, let value) = message, status & 0xF0 == 0xB0
    else { return nil }
    // Reset all controllers.
    if controller == 121 { return false }
    return controller == MIDIMessage.sustainController ? value >= 64 : nil
  }
}
