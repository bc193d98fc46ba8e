extension NoteReading {
  /// The silence that ends a take, in nanoseconds: 15 s, as long as a recording waits.
  public static let silence: Int64 = 15_000_000_000

  /// How long a key or pedal may be held with nothing else played, in nanoseconds: 120 s, beyond which
  /// something must be stuck.
  public static let longestHold: Int64 = 120_000_000_000

  /// Messages, in order of time, cut where the playing stops for long, as a recording is cut into takes.
  ///
  /// Only notes and what really moves the pedal are playing: a controller hours after the last note is
  /// none, and goes with the silence that it stands in. Without a long silence nothing is changed. Behind
  /// one a stretch begins at 0, with the programs and controllers that stood then; what is still held
  /// when one ends is let go.
  ///
  /// - Returns: The stretches that have a note of the piano, in order; none for messages without notes.
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

/// One stretch of playing among messages.
private struct Stretch {
  /// Which messages it is.
  var indices: Range<Int>
  /// When it begins, in nanoseconds; 0 for one that begins with the first message.
  var start: Int64
  /// When what is held is let go, in nanoseconds.
  var end: Int64
  /// What lets it go.
  var release: [MIDIMessage] = []
}

/// Finds where playing stops and begins.
private struct StretchSearch {
  private(set) var found: [Stretch] = []

  private let isLeftOut: [Bool]
  private var begin: (index: Int, nanoseconds: Int64)?
  private var hasNotes = false
  /// One behind the last message that is not too far from what was last played, and its time.
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
      // What stands close before the first note belongs to it.
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

  /// Ends the stretch that is open.
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

  /// Whether a message is of a channel that the piano may be on.
  private func isPlaying(_ message: MIDIMessage) -> Bool {
    guard case .channel(let status, _, _) = message else { return false }
    return !isLeftOut[Int(status & 0x0F)]
  }
}

/// The keys and sustain pedals that are down.
private struct HeldKeys {
  enum Effect {
    /// It is no playing: it changes nothing of keys and pedals.
    case none
    /// A key is struck, or a pedal goes down.
    case begins
    /// Something is let go.
    case ends
  }

  /// By `channel << 7 | pitch`.
  private var keys: Set<UInt16> = []
  private var pedals: Set<UInt8> = []

  var isEmpty: Bool { keys.isEmpty && pedals.isEmpty }

  /// What a message would do.
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

  /// What lets all of it go.
  var release: [MIDIMessage] {
    keys.sorted().map { .noteOff(channel: UInt8($0 >> 7), pitch: UInt8($0 & 0x7F)) }
      + pedals.sorted().map {
        .control(channel: $0, controller: MIDIMessage.sustainController, value: 0)
      }
  }
}

extension MIDIMessage {
  /// Whether it is of one of the pedals: sustain 64, portamento 65, sostenuto 66, soft 67, legato 68,
  /// hold 69.
  fileprivate var movesPedal: Bool {
    guard case .channel(let status, let controller, _) = self else { return false }
    return status & 0xF0 == 0xB0 && (64...69).contains(controller)
  }
}
