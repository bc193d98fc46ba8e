import MIDI

/// Decides where one take ends and the next begins: after a silence, but never under a held key or
/// pedal, unless it is held so long that something must be stuck.
///
/// Times are nanoseconds since recording began. `Source` tells keyboards apart, so that two of them
/// may hold the same key.
struct TakeSplitter<Source: Hashable & Sendable>: Sendable {
  private struct Key: Hashable {
    var source: Source
    var channel: UInt8
    var pitch: UInt8
  }

  private struct Pedal: Hashable {
    var source: Source
    var channel: UInt8
  }

  /// The silence that ends a take, in nanoseconds.
  let silence: Int64

  /// How long a key or pedal may be held with nothing else played, in nanoseconds.
  let longestHold: Int64

  private var keys: Set<Key> = []
  private var pedals: Set<Pedal> = []
  private var lastEvent: Int64?

  /// A splitter with nothing played yet.
  init(silence: Int64 = 15_000_000_000, longestHold: Int64 = 120_000_000_000) {
    self.silence = silence
    self.longestHold = max(silence, longestHold)
  }

  /// Whether a take is open.
  var isOpen: Bool { lastEvent != nil }

  /// Whether any key or sustain pedal is down.
  var isHeld: Bool { !keys.isEmpty || !pedals.isEmpty }

  /// When the open take ends if nothing more is played; `nil` when none is open.
  var deadline: Int64? {
    lastEvent.map { $0 + (isHeld ? longestHold : silence) }
  }

  /// Takes in one message; true when it begins a new take, before which the open one has ended.
  mutating func receive(_ message: MIDIMessage, from source: Source, at time: Int64) -> Bool {
    let begins = deadline.map { time >= $0 } ?? true
    if begins { close() }
    lastEvent = time
    guard case .channel(let status, let data1, let data2) = message else { return begins }
    let channel = status & 0x0F
    let key = Key(source: source, channel: channel, pitch: data1)
    switch (status & 0xF0, data1) {
    case (0x90, _) where data2 > 0: keys.insert(key)
    case (0x80, _), (0x90, _): keys.remove(key)
    case (0xB0, MIDIMessage.sustainController):
      let pedal = Pedal(source: source, channel: channel)
      if data2 >= 64 { pedals.insert(pedal) } else { pedals.remove(pedal) }
    case (0xB0, _) where message.endsAllNotes:
      keys = keys.filter { $0.source != source || $0.channel != channel }
    // Reset all controllers.
    case (0xB0, 121): pedals.remove(Pedal(source: source, channel: channel))
    default: break
    }
    return begins
  }

  /// What must be sent to let go everything that `source` holds, when it can no longer do so.
  mutating func release(_ source: Source) -> [MIDIMessage] {
    let stuckKeys = keys.filter { $0.source == source }
    let stuckPedals = pedals.filter { $0.source == source }
    keys.subtract(stuckKeys)
    pedals.subtract(stuckPedals)
    return stuckKeys.sorted { ($0.channel, $0.pitch) < ($1.channel, $1.pitch) }.map {
      .noteOff(channel: $0.channel, pitch: $0.pitch)
    }
      + stuckPedals.map(\.channel).sorted().map {
        .control(channel: $0, controller: MIDIMessage.sustainController, value: 0)
      }
  }

  /// Ends the open take; what is still held is held no longer.
  mutating func close() {
    keys = []
    pedals = []
    lastEvent = nil
  }
}
