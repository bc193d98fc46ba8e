internal import MIDI

/// The state of playing a take; it gets the time of the queue as arguments.
struct Playback {
  /// The take's events, in order of time.
  let events: [MIDIEvent]

  private(set) var clock: PlaybackClock

  /// The index of the first event that has not been handed over completely.
  private(set) var next: Int

  /// The remaining parts of `events[next]`; long system exclusive has several.
  private var parts: ArraySlice<SequencerEvent> = []

  var isPaused = false
  var isStopped = false

  /// Plays `events` from `position`, in nanoseconds of the take, on a queue stopped at `queueTime`.
  init(_ events: [MIDIEvent], from position: Int64, tempo: Double, queueTime: Int64) {
    self.events = events
    clock = PlaybackClock(queueTime: queueTime, position: position, tempo: tempo)
    next = 0
    seek(to: position, at: queueTime)
  }

  /// Whether all events have been handed over.
  var isAllSent: Bool { next == events.endIndex }

  /// The next event to hand over and its queue time in nanoseconds, if that is before `horizon`.
  mutating func part(before horizon: Int64) -> (event: SequencerEvent, time: Int64)? {
    while next < events.endIndex {
      let time = clock.queueTime(of: events[next].nanoseconds)
      guard time < horizon else { return nil }
      if parts.isEmpty { parts = EventEncoder.encode(events[next].message)[...] }
      if let part = parts.first { return (part, time) }
      // A message without bytes.
      next += 1
    }
    return nil
  }

  /// Records that the result of `part(before:)` has been handed over.
  mutating func advance() {
    parts = parts.dropFirst()
    if parts.isEmpty { next += 1 }
  }

  /// Records that the queue, stopped at `queueTime`, was emptied, so later events have
  /// to be handed over again.
  mutating func takeBack(at queueTime: Int64) {
    parts = []
    next = events[..<next].firstIndex { clock.queueTime(of: $0.nanoseconds) > queueTime } ?? next
  }

  /// Seeks to `position`, in nanoseconds of the take, with the emptied queue stopped at `queueTime`.
  mutating func seek(to position: Int64, at queueTime: Int64) {
    parts = []
    clock = PlaybackClock(queueTime: queueTime, position: position, tempo: clock.tempo)
    next = events.firstIndex { $0.nanoseconds >= position } ?? events.endIndex
  }

  /// Changes the tempo, with the emptied queue stopped at `queueTime`.
  mutating func setTempo(_ tempo: Double, at queueTime: Int64) {
    clock = PlaybackClock(
      queueTime: queueTime, position: clock.position(at: queueTime), tempo: tempo)
  }

  /// The state of an instrument after the events before `next`.
  var state: KeyboardState { KeyboardState(after: events[..<next].lazy.map(\.message)) }
}
