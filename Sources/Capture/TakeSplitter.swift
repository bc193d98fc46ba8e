import MIDI

/// Decides where one take ends and the next begins: after a silence, but not while a key or pedal is held,
/// unless it is held so long that it must be stuck.
///
/// Only a note begins a take. Notes and pedal movements keep it open; all other messages, such as the jitter
/// of a resting pedal, are chatter.
///
/// Times are nanoseconds since recording began. `Source` identifies keyboards, since two of them
/// may hold the same key.
struct TakeSplitter<Source: Hashable & Sendable>: Sendable {
  /// Where a message belongs.
  enum Place: Hashable {
    /// It is the first note of a new take; an open one has ended before it.
    case begins
    /// It belongs to the open take.
    case within
    /// It is chatter while nothing sounds, and belongs to no take unless the open one continues.
    case aside
  }

  /// Hysteresis: a pedal is down from 64 on, and up again only below this value, so that jitter around 64 is
  /// not a movement.
  static var liftedPedal: UInt8 { 48 }
  /// How long after the last note or pedal movement chatter still belongs to the take, in nanoseconds: a
  /// pitch bend or pressure that returns to rest.
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

  /// How long a held key or pedal keeps a take open without other notes, in nanoseconds.
  let longestHold: Int64

  private var keys: Set<Key> = []
  /// The pedals whose last value was 64 or more.
  private var pedals: Set<Pedal> = []
  /// The pedals that are down with hysteresis, and since when.
  private var trodden: [Pedal: Int64] = [:]
  /// Whether any note was on another channel than that of drums.
  private var hasHeardOthers = false
  private var lastMovement: Int64?

  /// A splitter without an open take.
  init(silence: Int64 = 15_000_000_000, longestHold: Int64 = 120_000_000_000) {
    self.silence = silence
    self.longestHold = max(silence, longestHold)
  }

  /// Whether a take is open.
  var isOpen: Bool { lastMovement != nil }

  /// Whether any key or sustain pedal is down.
  var isHeld: Bool { !keys.isEmpty || !pedals.isEmpty }

  /// Whether a key is down.
  var hasKeysDown: Bool { !keys.isEmpty }

  /// When the open take ends if nothing more is played; `nil` when none is open.
  var deadline: Int64? {
    lastMovement.map { $0 + (isHeld ? longestHold : silence) }
  }

  /// When held keys and pedals are taken to be released if they turn out to be stuck: when the take would
  /// have ended without them; `nil` when nothing is held.
  var endOfStuck: Int64? { isHeld ? lastMovement.map { $0 + silence } : nil }

  /// When the latest of the pedals that are down was put down; `nil` when all are up.
  var pedalDownSince: Int64? { trodden.values.max() }

  /// Receives a message and returns where it belongs; the open take may have ended before it.
  mutating func receive(_ message: MIDIMessage, from source: Source, at time: Int64) -> Place {
    if let deadline, time >= deadline { close() }
    guard case .channel(let status, let data1, let data2) = message else { return place(at: time) }
    let channel = status & 0x0F
    let key = Key(source: source, channel: channel, pitch: data1)
    var moves = false
    switch (status & 0xF0, data1) {
    case _ where message.isNoteOn:
      hasHeardOthers = hasHeardOthers || channel != DrumChannel.number
      // Notes on the drum channel count only if there are no others: a piano that sends on that channel.
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

  /// Updates a pedal; returns whether it was moved, with hysteresis.
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

  /// Releases everything that `source` holds, which was disconnected; returns the messages for that.
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

  /// Ends the open take and forgets held keys and pedals.
  ///
  /// - Parameter time: When the musician has ended it: pedals that are down are kept for the next take, as if
  ///   put down then. `nil` forgets them.
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
