internal import MIDI

/// A walk through a take's events, block of sound by block, until all has died away.
struct EventWalk {
  /// How long the sound after the last event may last, in seconds: the longest release and a room.
  static let longestTail = 8.0

  /// How long a room is heard after the last voice, in seconds.
  static let roomSeconds = 1.0

  private let events: [MIDIEvent]
  private let sound: Sound
  private var next = 0

  /// Frames that were walked, whole blocks.
  private(set) var frames = 0

  /// Frames walked when the last event was sent and all was let go of; nil before.
  private var end: Int?

  /// Frames walked when the last voice fell silent; nil before.
  private var silence: Int?

  /// From the beginning of a take with these events, in order of time.
  init(_ events: [MIDIEvent], sound: Sound) {
    self.events = events
    self.sound = sound
  }

  /// How much of the take is walked, in seconds.
  var seconds: Double { Double(frames) / Double(sound.sampleRate) }

  /// Sends what is due nearer to the beginning of the next block than to that of the one after it,
  /// and walks over the block.
  ///
  /// - Returns: whether there is such a block: anything is to come, or still sounds.
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
