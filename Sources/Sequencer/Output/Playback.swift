internal import MIDI

/// How far the playing of a take has come; knows the time of the queue only from what it is told.
struct Playback {
  /// The take, in order of its times.
  let events: [MIDIEvent]

  private(set) var clock: PlaybackClock

  /// The first event that has not been handed over, or not wholly.
  private(set) var next: Int

  /// What is left to hand over of `events[next]`: several parts for long system exclusive.
  private var parts: ArraySlice<SequencerEvent> = []

  var isPaused = false
  var isStopped = false

  /// `events` from `position`, in nanoseconds of the take, on a queue that stands at `queueTime`.
  init(_ events: [MIDIEvent], from position: Int64, tempo: Double, queueTime: Int64) {
    self.events = events
    clock = PlaybackClock(queueTime: queueTime, position: position, tempo: tempo)
    next = 0
    seek(to: position, at: queueTime)
  }

  /// Whether all has been handed over.
  var isAllSent: Bool { next == events.endIndex }

  /// What to hand over next, and its queue time in nanoseconds, if that is before `horizon`.
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

  /// Notes that what `part(before:)` gave has been handed over.
  mutating func advance() {
    parts = parts.dropFirst()
    if parts.isEmpty { next += 1 }
  }

  /// Notes that the queue, standing at `queueTime`, was emptied: what is later was not played.
  mutating func takeBack(at queueTime: Int64) {
    parts = []
    next = events[..<next].firstIndex { clock.queueTime(of: $0.nanoseconds) > queueTime } ?? next
  }

  /// Goes to `position`, in nanoseconds of the take, with the emptied queue standing at `queueTime`.
  mutating func seek(to position: Int64, at queueTime: Int64) {
    parts = []
    clock = PlaybackClock(queueTime: queueTime, position: position, tempo: clock.tempo)
    next = events.firstIndex { $0.nanoseconds >= position } ?? events.endIndex
  }

  /// Goes on at `tempo`, with the emptied queue standing at `queueTime`.
  mutating func setTempo(_ tempo: Double, at queueTime: Int64) {
    clock = PlaybackClock(
      queueTime: queueTime, position: clock.position(at: queueTime), tempo: tempo)
  }

  /// What an instrument is left with by the events before `next`.
  var state: KeyboardState { KeyboardState(after: events[..<next].lazy.map(\.message)) }
}
