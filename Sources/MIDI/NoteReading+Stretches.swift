extension NoteReading {
  /// The silence that ends a take, in nanoseconds: 15 s, as in a recording.
  public static let silence: Int64 = 15_000_000_000

  /// How long a held key or pedal keeps a take open without other notes, in nanoseconds: 120 s, after which
  /// it must be stuck.
  public static let longestHold: Int64 = 120_000_000_000

  /// Splits messages, in order of time, at long silences, as a recording is split into takes.
  ///
  /// Only notes and actual movements of the pedal count as playing; other messages within a silence, such as
  /// a controller hours after the last note, are dropped with it. Without a long silence nothing is changed.
  /// After one, a stretch begins at time 0 with the programs and controllers in force; what is still held at
  /// the end of a stretch is released.
  ///
  /// - Returns: The stretches that have a note of the piano, in order; empty for messages without notes.
  public static func stretches(of events: [MIDIEvent]) -> [[MIDIEvent]] {
    var search = StretchSearch(isLeftOut: channels(of: events).isLeftOut)
    for (index, event) in events.enumerated() { search.take(event, at: index) }
    search.close()
    let found = search.found
    if found.count == 1, found[0].start == 0, found[0].indices == events.indices { return [events] }
    // The programs and controllers from the beginning on.
    var state = KeyboardState()
    var next = 0
    return found.map { stretch in
      let begin = stretch.indices.lowerBound
      while next < begin {
        state.take(events[next].message)
        next += 1
      }
      return state.settingMessages.filter { !$0.movesPedal }
        .map { MIDIEvent(nanoseconds: 0, message: $0) }
        + Array(events[stretch.indices]).later(by: -stretch.start)
        + stretch.release.map {
          MIDIEvent(nanoseconds: stretch.end - stretch.start, message: $0)
        }
    }
  }
}

/// One stretch of playing between silences.
private struct Stretch {
  /// The indices of its messages.
  var indices: Range<Int>
  /// When it begins, in nanoseconds; 0 for one that begins with the first message.
  var start: Int64
  /// When held keys and pedals are released, in nanoseconds.
  var end: Int64
  /// The messages that release them.
  var release: [MIDIMessage] = []
}

/// Finds the stretches of playing between silences.
private struct StretchSearch {
  private(set) var found: [Stretch] = []

  private let isLeftOut: [Bool]
  private var begin: (index: Int, nanoseconds: Int64)?
  private var hasNotes = false
  /// One past the last message before the deadline, and its time.
  private var end = 0
  private var endTime: Int64 = 0
  private var last: Int64 = 0
  private var held = HeldKeys()

  init(isLeftOut: [Bool]) { self.isLeftOut = isLeftOut }

  private var deadline: Int64 {
    last + (held.isEmpty ? NoteReading.silence : NoteReading.longestHold)
  }

  mutating func take(_ event: MIDIEvent, at index: Int) {
    let effect = isPlaying(event.message) ? held.effect(of: event.message) : .none
    let time = event.nanoseconds
    if begin != nil, time >= deadline, effect == .begins { close() }
    if begin == nil, effect == .begins {
      // Messages shortly before the first note belong to the first stretch.
      let isFirst = found.isEmpty && time < NoteReading.silence
      begin = isFirst ? (0, 0) : (index, time)
      last = time
    }
    guard begin != nil, time < deadline else { return }
    if effect != .none {
      last = time
      held.take(event.message)
      if event.message.isNoteOn { hasNotes = true }
    }
    (end, endTime) = (index + 1, time)
  }

  /// Ends the open stretch.
  mutating func close() {
    if let begin, hasNotes {
      let isCut = !held.isEmpty
      found.append(
        Stretch(
          indices: begin.index..<end, start: begin.nanoseconds,
          end: isCut ? max(endTime, last + NoteReading.silence) : endTime, release: held.release))
    }
    begin = nil
    hasNotes = false
    held = HeldKeys()
  }

  /// Whether a message is on a channel that counts as the piano's.
  private func isPlaying(_ message: MIDIMessage) -> Bool {
    guard case .channel(let status, _, _) = message else { return false }
    return !isLeftOut[Int(status & 0x0F)]
  }
}

/// The keys and sustain pedals that are down.
private struct HeldKeys {
  enum Effect {
    /// It changes no key or pedal.
    case none
    /// It strikes a key or puts down a pedal.
    case begins
    /// It releases a key or pedal.
    case ends
  }

  /// By `channel << 7 | pitch`.
  private var keys: Set<UInt16> = []
  private var pedals: Set<UInt8> = []

  var isEmpty: Bool { keys.isEmpty && pedals.isEmpty }

  /// The effect that a message would have.
  func effect(of message: MIDIMessage) -> Effect {
    guard case .channel(let status, let data1, let data2) = message else { return .none }
    let channel = status & 0x0F
    switch (status & 0xF0, data1) {
    case _ where message.isNoteOn: return .begins
    case _ where message.isNoteOff:
      return keys.contains(UInt16(channel) << 7 | UInt16(data1)) ? .ends : .none
    case (0xB0, MIDIMessage.sustainController) where data2 >= 64:
      return pedals.contains(channel) ? .none : .begins
    case (0xB0, MIDIMessage.sustainController), (0xB0, 121):
      return pedals.contains(channel) ? .ends : .none
    case (0xB0, _) where message.endsAllNotes:
      return keys.contains { UInt8($0 >> 7) == channel } ? .ends : .none
    default: return .none
    }
  }

  mutating func take(_ message: MIDIMessage) {
    guard case .channel(let status, let data1, let data2) = message else { return }
    let channel = status & 0x0F
    let key = UInt16(channel) << 7 | UInt16(data1)
    switch (status & 0xF0, data1) {
    case _ where message.isNoteOn: keys.insert(key)
    case _ where message.isNoteOff: keys.remove(key)
    case (0xB0, MIDIMessage.sustainController) where data2 >= 64: pedals.insert(channel)
    case (0xB0, MIDIMessage.sustainController), (0xB0, 121): pedals.remove(channel)
    case (0xB0, _) where message.endsAllNotes:
      keys = keys.filter { UInt8($0 >> 7) != channel }
    default: break
    }
  }

  /// The messages that release all of them.
  var release: [MIDIMessage] {
    keys.sorted().map { .noteOff(channel: UInt8($0 >> 7), pitch: UInt8($0 & 0x7F)) }
      + pedals.sorted().map {
        .control(channel: $0, controller: MIDIMessage.sustainController, value: 0)
      }
  }
}

extension MIDIMessage {
  /// Whether it controls a pedal: sustain 64, portamento 65, sostenuto 66, soft 67, legato 68, hold 69.
  fileprivate var movesPedal: Bool {
    guard case .channel(let status, let controller, _) = self else { return false }
    return status & 0xF0 == 0xB0 && (64...69).contains(controller)
  }
}
