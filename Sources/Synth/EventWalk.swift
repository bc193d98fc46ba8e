internal import MIDI

/// Sends a take's events to an instrument, one block of frames after the other, until
/// the sound has died away.
struct EventWalk {
  /// The longest time after the last event, in seconds: the longest release and the reverb.
  static let longestTail = 8.0

  /// How long the reverb lasts after the last voice, in seconds.
  static let roomSeconds = 1.0

  private let events: [MIDIEvent]
  private let sound: Sound
  private var next = 0

  /// The frames of all blocks so far.
  private(set) var frames = 0

  /// The frames when the last event had been sent and everything was released; nil before.
  private var end: Int?

  /// The frames when the last voice had ended; nil before.
  private var silence: Int?

  /// A walk from the beginning of a take with these events, in order of time.
  init(_ events: [MIDIEvent], sound: Sound) {
    self.events = events
    self.sound = sound
  }

  /// The length so far, in seconds.
  var seconds: Double { Double(frames) / Double(sound.sampleRate) }

  /// Sends the events whose time rounds to the beginning of the next block, and counts the block.
  ///
  /// - Returns: whether there is another block: events are left, or something still sounds.
  mutating func step(_ instrument: Instrument) -> Bool {
    let rate = Double(sound.sampleRate)
    let horizon = Double(frames) + Double(Instrument.blockFrames) / 2
    while next < events.count, Double(events[next].nanoseconds) / 1e9 * rate < horizon {
      instrument.send(events[next].message)
      next += 1
    }
    if next == events.count {
      if end == nil {
        end = frames
        instrument.release()
      } else if silence == nil, instrument.isSilent {
        silence = frames
      }
      let room = sound.reverb > 0 ? Self.roomSeconds : 0
      if let silence, Double(frames - silence) >= room * rate { return false }
      if let end, Double(frames - end) >= Self.longestTail * rate { return false }
    }
    frames += Instrument.blockFrames
    return true
  }
}
