internal import CFluidSynth
internal import MIDI
internal import Synchronization

/// Plays a take on the sound card's own thread.
///
/// The sound card asks for frames a few milliseconds before they are heard; events are timed to within a
/// block of 64 frames.
final class Stage: Sendable {
  /// The state shared by the sound card's thread and the controlling ones.
  private struct State {
    var events: [MIDIEvent] = []
    var next = 0
    /// Nanoseconds of the take.
    var position = 0.0
    var tempo = 1.0
    var isMoving = false
    /// Whether a take was ever begun; until then silence is written without computing.
    var hasBegun = false
    /// Messages to send before the next frame.
    var due: [MIDIMessage] = []
    var isReleaseDue = false
    /// Frames since the last event of the take was sent.
    var tail = 0
    /// Frames rendered in all.
    var frames = 0
  }

  /// The longest time after the last event, in seconds.
  private static let longestTail = 4.0

  private let instrument: Instrument
  private let sampleRate: Int
  private let state = Mutex(State())

  init(_ instrument: Instrument, sampleRate: Int) {
    self.instrument = instrument
    self.sampleRate = sampleRate
  }

  // MARK: - Control, from any thread

  /// Begins to play `events` from `position`, in nanoseconds.
  func begin(_ events: [MIDIEvent], at position: Int64, tempo: Double) {
    let (next, due) = Self.entry(to: events, at: position)
    state.withLock { state in
      state.events = events
      state.next = next
      state.position = Double(position)
      state.tempo = tempo
      state.due += due
      state.tail = 0
      state.isMoving = true
      state.hasBegun = true
    }
  }

  /// Stops; keys and pedals are released.
  func halt() {
    state.withLock { state in
      state.isMoving = false
      state.isReleaseDue = true
      state.due = []
    }
  }

  /// Continues, at another position in the take if one is given, in nanoseconds.
  func goOn(at place: Int64?) {
    let (events, position) = state.withLock { ($0.events, place ?? Int64($0.position)) }
    let (next, due) = Self.entry(to: events, at: position)
    state.withLock { state in
      state.next = next
      state.position = Double(position)
      state.due += due
      state.tail = 0
      state.isMoving = true
    }
  }

  /// Moves to another position in the take, in nanoseconds, while stopped.
  func stand(at position: Int64) {
    state.withLock { $0.position = Double(position) }
  }

  /// Sends a message before the next frame.
  func send(_ message: MIDIMessage) { state.withLock { $0.due.append(message) } }

  /// Changes the tempo; sounding notes continue.
  func setTempo(_ tempo: Double) {
    state.withLock { $0.tempo = tempo }
  }

  /// The position in nanoseconds of the take, never beyond its last event, and the tempo.
  var place: (position: Int64, tempo: Double) {
    state.withLock { state in
      let end = Double(state.events.last?.nanoseconds ?? 0)
      return (Int64(min(state.position, end)), state.tempo)
    }
  }

  /// Frames given to the sound card since it was opened.
  var frames: Int { state.withLock(\.frames) }

  /// Whether the take has been played to its end and its sound has died away.
  var isOver: Bool {
    let (isAtEnd, tail) = state.withLock { ($0.next == $0.events.count, $0.tail) }
    guard isAtEnd, tail > 0 else { return false }
    return instrument.isSilent || Double(tail) > Self.longestTail * Double(sampleRate)
  }

  /// Whether nothing sounds.
  var isSilent: Bool { instrument.isSilent }

  /// The index of the first event at or after `position`, and the messages that set pedals, controllers and
  /// programs to their state there.
  private static func entry(to events: [MIDIEvent], at position: Int64) -> (Int, [MIDIMessage]) {
    let next = events.firstIndex { $0.nanoseconds >= position } ?? events.endIndex
    return (next, KeyboardState(after: events[..<next].lazy.map(\.message)).settingMessages)
  }

  // MARK: - Rendering, on the sound card's thread

  /// Fills `left` and `right` with the next `count` frames.
  func fill(
    _ left: UnsafeMutablePointer<Float>, _ right: UnsafeMutablePointer<Float>, count: Int
  ) {
    // The lock is held only while messages are sent, so that controlling threads never wait for rendering.
    guard state.withLock({ $0.hasBegun }) else {
      for index in 0..<count { unsafe (left[index], right[index]) = (0, 0) }
      return state.withLock { $0.frames += count }
    }
    var done = 0
    while done < count {
      let part = min(Instrument.blockFrames, count - done)
      state.withLock { send(&$0, over: part) }
      unsafe woodshed_fluid_synth_write_float(
        instrument.synth, Int32(part), left, Int32(done), 1, right, Int32(done), 1)
      done += part
    }
  }

  /// Sends the messages due before the next `count` frames.
  private func send(_ state: inout State, over count: Int) {
    state.frames += count
    if state.isReleaseDue {
      instrument.release()
      state.isReleaseDue = false
    }
    if !state.due.isEmpty {
      for message in state.due { instrument.send(message) }
      state.due.removeAll(keepingCapacity: true)
    }
    guard state.isMoving else { return }
    while state.next < state.events.count,
      Double(state.events[state.next].nanoseconds) <= state.position
    {
      instrument.send(state.events[state.next].message)
      state.next += 1
    }
    if state.next == state.events.count {
      if state.tail == 0 { instrument.release() }
      state.tail += count
    }
    state.position += Double(count) / Double(sampleRate) * 1e9 * state.tempo
  }
}
