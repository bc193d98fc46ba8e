import MIDI

/// Decides where one take ends and the next begins: after a silence, but never under a held key or
/// pedal, unless it is held so long that something must be stuck.
///
/// A note begins a take, and nothing else does. Notes and a pedal that goes down or up keep it open;
/// all other messages, such as a pedal that trembles where it rests, are chatter.
///
/// Times are nanoseconds since recording began. `Source` tells keyboards apart, so that two of them
/// may hold the same key.
struct TakeSplitter<Source: Hashable & Sendable>: Sendable {
  /// Where a message belongs.
  enum Place: Hashable {
    /// It is the first note of a new take, before which the open one has ended.
    case begins
    /// It is of the open take.
    case within
    /// It is chatter while nothing sounds: of no take, unless the open one goes on.
    case aside
  }

  /// A foot that comes up has done so below this value, one that goes down at 64: what trembles
  /// around 64 is no movement.
  static var liftedPedal: UInt8 { 48 }
  /// How long after the last note or movement chatter is still of the take, in nanoseconds: a bend
  /// that goes back, a pressure that ends.
  static var afterglow: Int64 { 1_000_000_000 }

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
  /// The pedals whose last value was 64 or more.
  private var pedals: Set<Pedal> = []
  /// The pedals that a foot has put down and not lifted.
  private var trodden: [Pedal: Int64] = [:]
  /// Whether any note was on a channel that is not for drums.
  private var hasHeardOthers = false
  private var lastMovement: Int64?

  /// A splitter with nothing played yet.
  init(silence: Int64 = 15_000_000_000, longestHold: Int64 = 120_000_000_000) {
    self.silence = silence
    self.longestHold = max(silence, longestHold)
  }

  /// Whether a take is open.
  var isOpen: Bool { lastMovement != nil }

  /// Whether any key or sustain pedal is down.
  var isHeld: Bool { !keys.isEmpty || !pedals.isEmpty }

  /// When the open take ends if nothing more is played; `nil` when none is open.
  var deadline: Int64? {
    lastMovement.map { $0 + (isHeld ? longestHold : silence) }
  }

  /// When what is held is let go if nothing more is played, since it must be stuck: where the take
  /// would end if nothing were held; `nil` when nothing is.
  var endOfStuck: Int64? { isHeld ? lastMovement.map { $0 + silence } : nil }

  /// When the last of the pedals that are down was put down; `nil` when all are up.
  var pedalDownSince: Int64? { trodden.values.max() }

  /// Takes in one message and says where it belongs; the open take may have ended before it.
  mutating func receive(_ message: MIDIMessage, from source: Source, at time: Int64) -> Place {
    if let deadline, time >= deadline { close() }
    guard case .channel(let status, let data1, let data2) = message else { return place(at: time) }
    let channel = status & 0x0F
    let key = Key(source: source, channel: channel, pitch: data1)
    var moves = false
    switch (status & 0xF0, data1) {
    case _ where message.isNoteOn:
      hasHeardOthers = hasHeardOthers || channel != DrumChannel.number
      // Drums are playing only where nothing else is: a piano that sends on their channel.
      guard channel != DrumChannel.number || !hasHeardOthers else { break }
      keys.insert(key)
      let begins = !isOpen
      lastMovement = time
      return begins ? .begins : .within
    case _ where message.isNoteOff: moves = keys.remove(key) != nil
    case (0xB0, MIDIMessage.sustainController):
      moves = tread(Pedal(source: source, channel: channel), data2, at: time)
    case (0xB0, _) where message.endsAllNotes:
      keys = keys.filter { $0.source != source || $0.channel != channel }
    // Reset all controllers.
    case (0xB0, 121): moves = tread(Pedal(source: source, channel: channel), 0, at: time)
    default: break
    }
    if moves, isOpen {
      lastMovement = time
      return .within
    }
    return place(at: time)
  }

  /// Puts a pedal where it is now; true when a foot has moved it.
  private mutating func tread(_ pedal: Pedal, _ value: UInt8, at time: Int64) -> Bool {
    if value >= 64 { pedals.insert(pedal) } else { pedals.remove(pedal) }
    if value >= 64, trodden[pedal] == nil {
      trodden[pedal] = time
      return true
    }
    return value < Self.liftedPedal && trodden.removeValue(forKey: pedal) != nil
  }

  /// Where chatter belongs.
  private func place(at time: Int64) -> Place {
    guard let lastMovement else { return .aside }
    return isHeld || time - lastMovement <= Self.afterglow ? .within : .aside
  }

  /// What must be sent to let go everything that `source` holds, when it can no longer do so.
  mutating func release(_ source: Source) -> [MIDIMessage] {
    let stuckKeys = keys.filter { $0.source == source }
    let stuckPedals = pedals.filter { $0.source == source }
    keys.subtract(stuckKeys)
    pedals.subtract(stuckPedals)
    trodden = trodden.filter { $0.key.source != source }
    return stuckKeys.sorted { ($0.channel, $0.pitch) < ($1.channel, $1.pitch) }.map {
      .noteOff(channel: $0.channel, pitch: $0.pitch)
    }
      + stuckPedals.map(\.channel).sorted().map {
        .control(channel: $0, controller: MIDIMessage.sustainController, value: 0)
      }
  }

  /// Ends the open take; what is still held is held no longer.
  ///
  /// - Parameter time: When the musician has ended it: the pedals that are down are from then on of
  ///   what comes next.
  mutating func close(keepingPedalsFrom time: Int64? = nil) {
    keys = []
    if let time {
      trodden = Dictionary(uniqueKeysWithValues: pedals.map { ($0, time) })
    } else {
      pedals = []
      trodden = [:]
    }
    lastMovement = nil
  }
}
