import MIDI

/// What was sent while nothing was played: banks and programs of a keyboard that is switched on, a
/// pedal that trembles where it rests, a pedal that is put down for what comes.
///
/// It is no take, but belongs to the next: that begins as the instrument was set.
struct Chatter {
  /// A message and when it was heard, in nanoseconds of the recording.
  struct Heard: Hashable {
    var message: MIDIMessage
    var nanoseconds: Int64
  }

  /// How much is kept before it is thinned out, and system exclusive at most after that.
  private static let most = 1024
  private static let mostSystem = 64

  private(set) var heard: [Heard] = []

  /// Adds a message. Releases of keys that nobody knows of mean nothing.
  mutating func add(_ message: MIDIMessage, at time: Int64) {
    if case .channel(let status, _, _) = message, status & 0xE0 == 0x80 { return }
    heard.append(Heard(message: message, nanoseconds: time))
    if heard.count > Self.most { heard = Self.settled(heard) }
  }

  /// All of it, which is forgotten.
  mutating func takeAll() -> [Heard] {
    defer { heard = [] }
    return heard
  }

  /// What a take begins with whose first note comes now, which is forgotten here: as the instrument
  /// was set at `start`, and all that was sent from then on.
  mutating func takeLead(from start: Int64) -> [Heard] {
    let all = takeAll()
    return Self.settled(all.filter { $0.nanoseconds < start }).map {
      Heard(message: $0.message, nanoseconds: start)
    } + all.filter { $0.nanoseconds >= start }
  }

  /// The last message of each kind, in their order: what the instrument is left with.
  private static func settled(_ heard: [Heard]) -> [Heard] {
    var seen: Set<[UInt8]> = []
    var systemMessages = 0
    return Array(
      heard.reversed().filter { heard in
        switch heard.message {
        case .channel(let status, let data1, _):
          // Pressure by key, and controllers: each is a kind of its own.
          let isNumbered = status & 0xF0 == 0xA0 || status & 0xF0 == 0xB0
          return seen.insert(isNumbered ? [status, data1] : [status]).inserted
        case .system(let bytes):
          guard systemMessages < mostSystem, seen.insert(bytes).inserted else { return false }
          systemMessages += 1
          return true
        }
      }.reversed())
  }
}
