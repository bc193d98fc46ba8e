/// Notes and sustain pedal, parsed from MIDI messages as those of one piano.
///
/// It works for files and for recordings. Drums (channel 10) are left out; so are channels with another
/// program than a piano, if any channel has a piano. All other channels share one keyboard and one sustain
/// pedal, which is down while any of them holds it, even a channel without notes. An exception: some player
/// pianos write the position of the pedal's rod on a channel without notes, besides pedal down and up on a
/// channel with notes; then the rod is ignored, since it moves later, and not all the way.
public struct NoteReading: Sendable {
  /// Counts of what was repaired.
  public struct Repairs: Hashable, Sendable {
    /// Note-offs of keys that were not down.
    public var orphanNoteOffs = 0
    /// Notes without a note-off; they end with the last event.
    public var stuckNotes = 0
    /// Keys that were struck again before they were released.
    public var restruckKeys = 0
    /// Second notes of the same key at the same time.
    public var duplicates = 0
    /// Notes that end when they begin.
    public var zeroLengths = 0
  }

  /// Notes of a channel that were left out.
  public struct LeftOut: Hashable, Sendable {
    /// The channel, 0…15.
    public var channel: UInt8
    /// Its program, 0…127.
    public var program: UInt8
    /// How many notes it had.
    public var notes: Int
  }

  /// A note-off this soon after a key was struck again belongs to the previous note: 30 ms.
  package static let lateRelease: Int64 = 30_000_000
  /// The drum channel, counted from 0.
  package static let drums: UInt8 = 9

  /// The notes as keyed, from note-on to note-off, in order of their note-ons.
  public private(set) var notes: [Note] = []

  /// When the sustain pedal went down or up, in nanoseconds; down and up alternate.
  public private(set) var pedal: [(nanoseconds: Int64, isDown: Bool)] = []

  /// What was repaired.
  public private(set) var repairs = Repairs()

  /// What was left out, by channel.
  public private(set) var leftOut: [LeftOut] = []

  /// The time of the last message, in nanoseconds.
  public private(set) var end: Int64 = 0

  /// The indices in `notes`, in the order in which the notes end.
  private var endings: [Int32] = []
  /// The time of the last pedal message, in nanoseconds, whether it changed anything or not.
  private var lastPedal: Int64 = 0

  /// Reads messages that are in order of time.
  public init(of events: [MIDIEvent]) { self.init(of: events, ending: \.endsAllNotes) }

  /// Reads messages as older versions did, which took only two of the channel mode messages as the end of all
  /// notes; for notes stored in their libraries.
  package init(asFirstStored events: [MIDIEvent]) {
    self.init(of: events) {
      guard case .channel(_, let number, _) = $0 else { return false }
      return $0.endsAllNotes && number < 124
    }
  }

  private init(of events: [MIDIEvent], ending endsNotes: (MIDIMessage) -> Bool) {
    end = events.last?.nanoseconds ?? 0
    let isLeftOut: [Bool]
    (isLeftOut, leftOut) = Self.channels(of: events)
    readPedal(events, isLeftOut)
    readNotes(events, isLeftOut, endsNotes)
  }

  /// How long the sustain pedal is down, in nanoseconds.
  public var pedalNanoseconds: Int64 {
    pedalSpans.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
  }

  /// From when to when the sustain pedal is down, in nanoseconds; to the end where it never goes up.
  public var pedalSpans: [Range<Int64>] {
    var spans: [Range<Int64>] = []
    var since: Int64?
    for change in pedal {
      if change.isDown {
        since = change.nanoseconds
      } else if let down = since {
        spans.append(down..<max(down, change.nanoseconds))
        since = nil
      }
    }
    return spans + (since.map { [$0..<max($0, end)] } ?? [])
  }

  /// Remarks for the musician on what was left out or repaired, a clause each.
  public var remarks: [String] {
    var remarks = leftOut.map { left in
      let what = left.channel == Self.drums ? "drums" : "program \(left.program + 1)"
      return
        "\(left.notes) note\(left.notes == 1 ? "" : "s") of channel \(left.channel + 1) (\(what)) left out"
    }
    if repairs.stuckNotes > 0 {
      remarks.append(
        "\(repairs.stuckNotes) note\(repairs.stuckNotes == 1 ? "" : "s") never let go, ended with "
          + "the last event")
    }
    return remarks
  }

  // MARK: - Channels

  /// Which of the sixteen channels are left out, and those of them that have notes.
  static func channels(of events: [MIDIEvent]) -> (isLeftOut: [Bool], leftOut: [LeftOut]) {
    var program = [UInt8](repeating: 0, count: 16)
    var programOfNotes = [UInt8?](repeating: nil, count: 16)
    var count = [Int](repeating: 0, count: 16)
    for event in events {
      guard case .channel(let status, let data1, _) = event.message else { continue }
      let channel = Int(status & 0x0F)
      switch status & 0xF0 {
      case 0xC0: program[channel] = data1
      case _ where event.message.isNoteOn:
        count[channel] += 1
        programOfNotes[channel] = programOfNotes[channel] ?? program[channel]
      default: break
      }
    }
    func isPiano(_ channel: Int) -> Bool { (programOfNotes[channel] ?? 0) < 8 }
    let hasPiano = (0..<16).contains {
      $0 != Int(drums) && count[$0] > 0 && isPiano($0)
    }
    let isLeftOut = (0..<16).map { $0 == Int(drums) || hasPiano && !isPiano($0) }
    let leftOut = (0..<16).filter { isLeftOut[$0] && count[$0] > 0 }.map {
      LeftOut(channel: UInt8($0), program: programOfNotes[$0] ?? 0, notes: count[$0])
    }
    return (isLeftOut, leftOut)
  }

  // MARK: - Pedal

  private mutating func readPedal(_ events: [MIDIEvent], _ isLeftOut: [Bool]) {
    let rods = Self.rods(in: events, isLeftOut)
    var moves: [(nanoseconds: Int64, channel: UInt8, isUp: Bool)] = []
    for event in events {
      guard case .channel(let status, let data1, let data2) = event.message,
        status & 0xF0 == 0xB0, !isLeftOut[Int(status & 0x0F)], !rods[Int(status & 0x0F)]
      else { continue }
      let isReset = data1 == 121  // reset all controllers
      guard isReset || data1 == MIDIMessage.sustainController else { continue }
      moves.append((event.nanoseconds, status & 0x0F, isReset || data2 < 64))
    }
    // At one time the pedal goes down before it goes up, as in note-seq.
    if zip(moves, moves.dropFirst()).contains(where: {
      $0.nanoseconds == $1.nanoseconds && $0.isUp && !$1.isUp
    }) {
      moves = moves.enumerated().sorted {
        ($0.element.nanoseconds, $0.element.isUp ? 1 : 0, $0.offset)
          < ($1.element.nanoseconds, $1.element.isUp ? 1 : 0, $1.offset)
      }.map(\.element)
    }
    var holding: Set<UInt8> = []
    for move in moves {
      let wasDown = !holding.isEmpty
      if move.isUp { holding.remove(move.channel) } else { holding.insert(move.channel) }
      if wasDown == holding.isEmpty { pedal.append((move.nanoseconds, !wasDown)) }
    }
    lastPedal = moves.last?.nanoseconds ?? 0
  }

  /// Which of the sixteen channels only report the position of a pedal that another one controls: they have
  /// no notes and pedal values between 0 and 127, and a channel with notes puts the pedal down.
  private static func rods(in events: [MIDIEvent], _ isLeftOut: [Bool]) -> [Bool] {
    var (hasNotes, isGradual, putsDown) = (
      [Bool](repeating: false, count: 16), [Bool](repeating: false, count: 16),
      [Bool](repeating: false, count: 16)
    )
    for event in events {
      guard case .channel(let status, let data1, let data2) = event.message else { continue }
      let channel = Int(status & 0x0F)
      switch (status & 0xF0, data1) {
      case _ where event.message.isNoteOn: hasNotes[channel] = true
      case (0xB0, MIDIMessage.sustainController):
        if data2 >= 64 { putsDown[channel] = true }
        if data2 != 0, data2 != 127 { isGradual[channel] = true }
      default: break
      }
    }
    let isWorked = (0..<16).contains { hasNotes[$0] && putsDown[$0] && !isLeftOut[$0] }
    return (0..<16).map { isWorked && isGradual[$0] && !hasNotes[$0] }
  }

  // MARK: - Notes

  private mutating func readNotes(
    _ events: [MIDIEvent], _ isLeftOut: [Bool], _ endsNotes: (MIDIMessage) -> Bool
  ) {
    /// For each event, whether the next event of the same key is a note-off.
    var releaseFollows = [Bool](repeating: false, count: events.count)
    var nextIsRelease = [Bool](repeating: false, count: 128)
    for (index, event) in events.enumerated().reversed() {
      guard case .channel(let status, let data1, _) = event.message,
        status & 0xE0 == 0x80, !isLeftOut[Int(status & 0x0F)]
      else { continue }
      releaseFollows[index] = nextIsRelease[Int(data1)]
      nextIsRelease[Int(data1)] = event.message.isNoteOff
    }

    var keys = [Key](repeating: Key(), count: 128)
    for (index, event) in events.enumerated() {
      guard case .channel(let status, let data1, let data2) = event.message else { continue }
      let channel = status & 0x0F
      guard !isLeftOut[Int(channel)] else { continue }
      switch status & 0xF0 {
      case _ where event.message.isNoteOn:
        strike(&keys[Int(data1)], data1, data2, channel, event.nanoseconds)
      case _ where event.message.isNoteOff:
        release(&keys[Int(data1)], event.nanoseconds, another: releaseFollows[index])
      case 0xB0 where endsNotes(event.message):
        for pitch in keys.indices where keys[pitch].channel == channel {
          guard let note = keys[pitch].note else { continue }
          finish(note, at: event.nanoseconds)
          keys[pitch] = Key()
        }
      default: break
      }
    }
    for note in keys.compactMap(\.note) {
      finish(note, at: max(notes[note].start, end))
      repairs.stuckNotes += 1
    }
    repairs.zeroLengths = notes.count { $0.start == $0.end }
  }

  /// The state of a key.
  private struct Key {
    /// The sounding note, as an index in `notes`.
    var note: Int?
    var channel: UInt8 = 0
    /// How many note-offs of earlier notes, ended by a new note-on, are still expected.
    var owed = 0
  }

  private mutating func strike(
    _ key: inout Key, _ pitch: UInt8, _ velocity: UInt8, _ channel: UInt8, _ time: Int64
  ) {
    if let note = key.note {
      guard notes[note].start < time else {
        repairs.duplicates += 1
        return
      }
      finish(note, at: time)
      key.owed += 1
      repairs.restruckKeys += 1
    }
    key.note = notes.count
    key.channel = channel
    notes.append(Note(pitch: pitch, velocity: velocity, start: time, end: time))
  }

  private mutating func release(_ key: inout Key, _ time: Int64, another: Bool) {
    guard let note = key.note else {
      repairs.orphanNoteOffs += 1
      return
    }
    if key.owed > 0, another || time - notes[note].start <= Self.lateRelease {
      key.owed -= 1
      return
    }
    finish(note, at: time)
    key = Key()
  }

  private mutating func finish(_ note: Int, at time: Int64) {
    notes[note].end = time
    endings.append(Int32(truncatingIfNeeded: note))
  }
}

extension NoteReading {
  /// The notes as they sound: extended by the pedal until it comes up, or until the key is struck
  /// again.
  ///
  /// Source: note-seq `sequences_lib.apply_sustain_control_changes`; at the same time the pedal goes
  /// down, then up, then keys are struck, then released.
  public var soundingNotes: [Note] {
    guard pedal.contains(where: \.isDown) else { return notes }
    var sounding = notes
    var isDown = false
    var last: Int64 = lastPedal
    /// The note that sounds on each key, as an index; −1 for none.
    var keys = [Int](repeating: -1, count: 128)
    // Merges three lists, each already in order of time: pedal, note-ons and note-offs.
    var (change, stroke, release) = (0, 0, 0)
    while release < endings.count || stroke < notes.count || change < pedal.count {
      let changeTime = change < pedal.count ? pedal[change].nanoseconds : .max
      let strokeTime = stroke < notes.count ? notes[stroke].start : .max
      let releaseTime = release < endings.count ? notes[Int(endings[release])].end : .max
      if changeTime <= strokeTime, changeTime <= releaseTime {
        isDown = pedal[change].isDown
        change += 1
        guard !isDown else { continue }
        for pitch in keys.indices where keys[pitch] >= 0 && sounding[keys[pitch]].end < changeTime {
          sounding[keys[pitch]].end = changeTime
          keys[pitch] = -1
        }
      } else if strokeTime <= releaseTime {
        let pitch = Int(notes[stroke].pitch)
        if isDown, keys[pitch] >= 0 { sounding[keys[pitch]].end = strokeTime }
        keys[pitch] = stroke
        stroke += 1
        last = max(last, strokeTime)
      } else {
        let note = Int(endings[release])
        let pitch = Int(notes[note].pitch)
        if !isDown, keys[pitch] == note { keys[pitch] = -1 }
        release += 1
        last = max(last, releaseTime)
      }
    }
    for note in keys where note >= 0 { sounding[note].end = max(sounding[note].end, last) }
    return sounding
  }
}
