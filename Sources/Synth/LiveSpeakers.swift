public import MIDI

/// Plays messages by FluidSynth to the default PCM device of ALSA, as they are made up.
///
/// Messages wait here until their time has come; times are nanoseconds on whatever clock ``pass(to:)`` is given.
/// Used by one thread at a time.
public final class LiveSpeakers {
  /// How long after it was played a message is heard at most, in nanoseconds: what the sound card buffers.
  public static let latency: Int64 = 46_000_000

  private let speakers: OpenSpeakers
  private var waiting: [MIDIEvent] = []
  private var now: Int64 = 0

  /// Opens the sound card.
  ///
  /// - Throws: `SynthError.badSoundFont`, `.cannotStart`, `.noSpeakers`.
  public init(
    soundFont: SoundFont, sound: Sound = Sound(), device: String = "default"
  ) throws(SynthError) {
    speakers = try OpenSpeakers(soundFont: soundFont, sound: sound, device: device)
    speakers.stage.begin([], at: 0, tempo: 1)
  }

  /// Schedules a message at a time in nanoseconds, or plays it at once if that is past; returns when it is
  /// played.
  public func schedule(_ message: MIDIMessage, at time: Int64) -> Int64 {
    guard time > now else {
      speakers.stage.send(message)
      return now
    }
    let place = waiting.lastIndex { $0.nanoseconds <= time }.map { $0 + 1 } ?? 0
    waiting.insert(MIDIEvent(nanoseconds: time, message: message), at: place)
    return time
  }

  /// Plays what is due at `now`, in nanoseconds.
  public func pass(to now: Int64) {
    self.now = max(self.now, now)
    let count = waiting.prefix { $0.nanoseconds <= now }.count
    for event in waiting[..<count] { speakers.stage.send(event.message) }
    waiting.removeFirst(count)
  }

  /// Does nothing: what is due is played at once.
  public func flush() {}

  /// Withdraws everything that has not been played; returns the time up to which all was, in nanoseconds.
  public func withdraw() -> Int64 {
    waiting.removeAll(keepingCapacity: true)
    return now
  }
}
