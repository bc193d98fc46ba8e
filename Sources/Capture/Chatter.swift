import MIDI

/// The messages sent between takes: banks and programs of a keyboard that is switched on, a pedal that
/// jitters at rest, a pedal put down for the next note.
///
/// They set up the instrument for the next take, which begins with them.
struct Chatter {
  /// A message and its time, in nanoseconds of the recording.
  struct Heard: Hashable {
    var message: MIDIMessage
    var nanoseconds: Int64
  }

  /// How many messages are kept before all but the latest of each kind are dropped, and how many of system
  /// exclusive are kept then.
  private static let most = 1024
  private static let mostSystem = 64

  private(set) var heard: [Heard] = []

  /// Adds a message, except note-offs, which mean nothing without their note-on.
  mutating func add(_ message: MIDIMessage, at time: Int64) {
    if case .channel(let status, _, _) = message, status & 0xE0 == 0x80 { return }
    heard.append(Heard(message: message, nanoseconds: time))
    if heard.count > Self.most { heard = Self.settled(heard) }
  }

  /// Removes and returns all messages.
  mutating func takeAll() -> [Heard] {
    defer { heard = [] }
    return heard
  }

  /// Removes all messages, and returns those for the beginning of a take that begins at `start`: the state of
  /// the instrument at that time, and all messages after it.
  mutating func takeLead(from start: Int64) -> [Heard] {
    let all = takeAll()
    return Self.settled(all.filter { $0.nanoseconds < start }).map {
      Heard(message: $0.message, nanoseconds: start)
    } + all.filter { $0.nanoseconds >= start }
  }

  /// The last message of each kind, in order: the resulting state of the instrument.
  private static func settled(_ heard: [Heard]) -> [Heard] {
    var seen: Set<[UInt8]> = []
    var systemMessages = 0
    return Array(
      heard.reversed().filter { heard in
        switch heard.message {
        case .channel(let status, let data1, _):
          // Each key's pressure and each controller is a kind of its own.
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
