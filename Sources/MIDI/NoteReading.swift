/// Notes and pedal, read out of MIDI messages as of one piano.
///
/// Works on what a file holds and on what a keyboard sent alike. Drums (channel 10) are left out;
/// so are channels whose program is no piano, if another channel's is one. All channels share one
/// keyboard and one sustain pedal, which is down while any channel's is.
public struct NoteReading: Sendable {
  /// What had to be mended.
  public struct Repairs: Hashable, Sendable {
    /// Note-offs of keys that were not down.
    public var orphanNoteOffs = 0
    /// Notes that were never let go; they end with the last event.
    public var stuckNotes = 0
    /// Keys that were struck again before they were let go.
    public var restruckKeys = 0
    /// Notes that were there twice, at the same time.
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

  /// A note-off this soon after a key was struck again belongs to the stroke before: 30 ms.
  static let lateRelease: Int64 = 30_000_000
  static let drums: UInt8 = 9

  /// The notes as keyed, from stroke to release, in order of their strokes.
  public private(set) var notes: [Note] = []

  /// When the sustain pedal went down or up, in nanoseconds; down and up in turn.
  public private(set) var pedal: [(nanoseconds: Int64, isDown: Bool)] = []

  /// What was mended.
  public private(set) var repairs = Repairs()

  /// What was left out, by channel.
  public private(set) var leftOut: [LeftOut] = []

  /// The time of the last message, in nanoseconds.
  public private(set) var end: Int64 = 0

  /// Reads messages that are in order of time.
  public init(of events: [MIDIEvent]) {
    end = events.last?.nanoseconds ?? 0
    let isLeftOut = chooseChannels(events)
    readPedal(events, isLeftOut)
    readNotes(events, isLeftOut)
  }

  /// How long the sustain pedal is down, in nanoseconds.
  public var pedalNanoseconds: Int64 {
    var sum: Int64 = 0
    var since: Int64?
    for change in pedal {
      if change.isDown {
        since = change.nanoseconds
      } else if let down = since {
        sum += change.nanoseconds - down
        since = nil
      }
    }
    return sum + (since.map { end - $0 } ?? 0)
  }

  /// What a musician should know of the reading, a clause each.
  public var remarks: [String] {
    var remarks = leftOut.map { left in
      let what = left.channel == Self.drums ? "drums" : "program \(left.program + 1)"
      return "\(left.notes) notes of channel \(left.channel + 1) (\(what)) left out"
    }
    if repairs.stuckNotes > 0 {
      remarks.append(
        "\(repairs.stuckNotes) note\(repairs.stuckNotes == 1 ? "" : "s") never let go, ended with "
          + "the last event")
    }
    return remarks
  }

  // MARK: - Channels

  /// Which of the sixteen channels are not the piano.
  private mutating func chooseChannels(_ events: [MIDIEvent]) -> [Bool] {
    var program = [UInt8](repeating: 0, count: 16)
    var programOfNotes = [UInt8?](repeating: nil, count: 16)
    var count = [Int](repeating: 0, count: 16)
    for event in events {
      guard case .channel(let status, let data1, let data2) = event.message else { continue }
      let channel = Int(status & 0x0F)
      switch status & 0xF0 {
      case 0xC0: program[channel] = data1
      case 0x90 where data2 > 0:
        count[channel] += 1
        programOfNotes[channel] = programOfNotes[channel] ?? program[channel]
      default: break
      }
    }
    func isPiano(_ channel: Int) -> Bool { (programOfNotes[channel] ?? 0) < 8 }
    let hasPiano = (0..<16).contains {
      $0 != Int(Self.drums) && count[$0] > 0 && isPiano($0)
    }
    let isLeftOut = (0..<16).map { $0 == Int(Self.drums) || hasPiano && !isPiano($0) }
    leftOut = (0..<16).filter { isLeftOut[$0] && count[$0] > 0 }.map {
      LeftOut(channel: UInt8($0), program: programOfNotes[$0] ?? 0, notes: count[$0])
    }
    return isLeftOut
  }

  // MARK: - Pedal

  private mutating func readPedal(_ events: [MIDIEvent], _ isLeftOut: [Bool]) {
    var down: UInt16 = 0
    for event in events {
      guard case .channel(let status, let data1, let data2) = event.message,
        status & 0xF0 == 0xB0, !isLeftOut[Int(status & 0x0F)]
      else { continue }
      let bit: UInt16 = 1 << UInt16(status & 0x0F)
      let before = down
      switch data1 {
      case MIDIMessage.sustainController: down = data2 >= 64 ? down | bit : down & ~bit
      case 121: down &= ~bit  // reset all controllers
      default: continue
      }
      if (before == 0) != (down == 0) { pedal.append((event.nanoseconds, down != 0)) }
    }
  }

  // MARK: - Notes

  private mutating func readNotes(_ events: [MIDIEvent], _ isLeftOut: [Bool]) {
    /// For each event whether the next of its key is a note-off.
    var releaseFollows = [Bool](repeating: false, count: events.count)
    var nextIsRelease = [Bool](repeating: false, count: 128)
    for (index, event) in events.enumerated().reversed() {
      guard case .channel(let status, let data1, let data2) = event.message,
        status & 0xE0 == 0x80, !isLeftOut[Int(status & 0x0F)]
      else { continue }
      releaseFollows[index] = nextIsRelease[Int(data1)]
      nextIsRelease[Int(data1)] = status & 0xF0 == 0x80 || data2 == 0
    }

    var keys = [Key](repeating: Key(), count: 128)
    for (index, event) in events.enumerated() {
      guard case .channel(let status, let data1, let data2) = event.message else { continue }
      let channel = status & 0x0F
      guard !isLeftOut[Int(channel)] else { continue }
      switch status & 0xF0 {
      case 0x90 where data2 > 0:
        strike(&keys[Int(data1)], data1, data2, channel, event.nanoseconds)
      case 0x80, 0x90:
        release(&keys[Int(data1)], event.nanoseconds, another: releaseFollows[index])
      case 0xB0 where data1 == 120 || data1 == 123:
        for pitch in keys.indices where keys[pitch].channel == channel {
          guard let note = keys[pitch].note else { continue }
          notes[note].end = event.nanoseconds
          keys[pitch] = Key()
        }
      default: break
      }
    }
    for note in keys.compactMap(\.note) {
      notes[note].end = max(notes[note].start, end)
      repairs.stuckNotes += 1
    }
    repairs.zeroLengths = notes.count { $0.start == $0.end }
  }

  /// What a key is doing.
  private struct Key {
    /// The sounding note, by its place in `notes`.
    var note: Int?
    var channel: UInt8 = 0
    /// Releases that earlier strokes still owe.
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
      notes[note].end = time
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
    notes[note].end = time
    key = Key()
  }
}

extension NoteReading {
  /// The notes as they sound: held on by the pedal until it comes up, or until the key is struck
  /// again.
  ///
  /// Source: note-seq `sequences_lib.apply_sustain_control_changes`; at one time the pedal goes
  /// down, then up, then keys are struck, then let go.
  public var soundingNotes: [Note] {
    guard pedal.contains(where: \.isDown) else { return notes }
    var notes = notes
    // Time, kind and place in one number would not fit: kinds are 0 down, 1 up, 2 on, 3 off.
    var moments: [(time: Int64, kind: UInt8, note: Int)] = []
    moments.reserveCapacity(notes.count * 2 + pedal.count)
    for change in pedal { moments.append((change.nanoseconds, change.isDown ? 0 : 1, 0)) }
    for (index, note) in notes.enumerated() {
      moments.append((note.start, 2, index))
      moments.append((note.end, 3, index))
    }
    moments.sort { ($0.time, $0.kind, $0.note) < ($1.time, $1.kind, $1.note) }

    var isDown = false
    var sounding = [Int?](repeating: nil, count: 128)
    for moment in moments {
      switch moment.kind {
      case 0: isDown = true
      case 1:
        isDown = false
        for pitch in sounding.indices {
          guard let note = sounding[pitch], notes[note].end < moment.time else { continue }
          notes[note].end = moment.time
          sounding[pitch] = nil
        }
      case 2:
        let pitch = Int(notes[moment.note].pitch)
        if isDown, let note = sounding[pitch] { notes[note].end = moment.time }
        sounding[pitch] = moment.note
      default:
        let pitch = Int(notes[moment.note].pitch)
        if !isDown, sounding[pitch] == moment.note { sounding[pitch] = nil }
      }
    }
    let last = moments.last?.time ?? 0
    for note in sounding.compactMap(\.self) { notes[note].end = max(notes[note].end, last) }
    return notes
  }
}
