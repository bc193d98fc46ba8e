/// Parses the events of one track chunk, and skips what is broken.
struct TrackReader {
  /// The latest tick: far beyond any piece of music, and small enough to add without overflow.
  private static let longestTick = 1 << 40
  /// The most text events that are kept, and the most bytes of each: those that tell a file's origin come
  /// first and are short.
  private static let mostTexts = 16
  private static let longestText = 1000

  /// The most bytes of a variable-length number that are tolerated; some faulty programs write ten.
  private static let longestNumber = 16

  private enum Step {
    case goOn
    /// An event does not fit before the chunk's end.
    case breaksOff
    /// The track ends before this offset.
    case end(Int)
  }

  private static let tags = [Array("MTrk".utf8), Array("MThd".utf8)]

  private let bytes: [UInt8]
  /// The offset of the chunk, for warnings.
  private let chunk: Int
  private var place: Int
  private var end: Int
  private var tick = 0
  private var running: UInt8 = 0
  private var hasEnded = false
  /// Whether the track's length was too short, so that only an end-of-track event ends it.
  private var isBeyondItsLength = false
  private var openSysex: [UInt8] = []
  /// The tick of its last packet.
  private var sysexTick = 0
  private var warned: Set<Int> = []

  private(set) var track = StandardMIDIFile.Track()
  private(set) var warnings: [StandardMIDIFileWarning] = []

  /// A reader of the chunk at `chunk`, which ends at `end` according to its length.
  init(_ bytes: [UInt8], chunk: Int, end: Int) {
    self.bytes = bytes
    self.chunk = chunk
    self.end = min(end, bytes.count)
    place = chunk + 8
    if end > bytes.count { warnings.append(.wrongLength(offset: chunk)) }
  }

  /// Reads to the track's end; returns where the next chunk begins.
  mutating func read() -> Int {
    defer { closeSysex() }
    while true {
      if place >= end, !goesOnBeyondItsLength() { return end }
      if hasEnded, anotherChunkBegins { return place }
      let (start, startTick) = (place, tick)
      switch readEvent() {
      case .goOn: continue
      case .end(let offset): return offset
      case .breaksOff:
        (place, tick) = (start, startTick)
        if goesOnBeyondItsLength() { continue }
        if !hasEnded { warnings.append(.truncatedTrack(offset: start)) }
        return end
      }
    }
  }

  /// Whether the track's length is too short; if so, extends the track to the end of the bytes.
  private mutating func goesOnBeyondItsLength() -> Bool {
    guard !hasEnded, end < bytes.count, !bytes.holdsChunk(at: end) else { return false }
    warnings.append(.wrongLength(offset: chunk))
    end = bytes.count
    isBeyondItsLength = true
    return true
  }

  /// Whether the next track or another header begins here.
  private var anotherChunkBegins: Bool {
    Self.tags.contains { bytes.hasTag($0, at: place) }
  }

  /// Adds a warning unless the track has one of that kind already; a broken track may have thousands.
  private mutating func warnOnce(_ warning: StandardMIDIFileWarning) {
    let kind =
      switch warning {
      case .dataByte: 0
      case .strayBytes: 1
      case .longNumber: 2
      default: 3
      }
    if warned.insert(kind).inserted { warnings.append(warning) }
  }

  // MARK: - Events

  private mutating func readEvent() -> Step {
    let start = place
    guard let delta = readNumber(), place < end else { return .breaksOff }
    tick = min(Self.longestTick, tick + delta)
    var status = bytes[place]
    if status >= 0x80 { place += 1 } else { status = running }
    switch status {
    case 0x80...0xEF: return readChannelMessage(status)
    case 0xFF: return readMeta()
    case 0xF0, 0xF7: return readSysex(status)
    case 0xF1...0xFE:
      // System messages do not belong in a file; skip them with their data.
      warnOnce(.strayBytes(offset: start))
      place += status == 0xF2 ? 2 : status == 0xF1 || status == 0xF3 ? 1 : 0
      return place <= end ? .goOn : .breaksOff
    default:
      // A data byte without a running status.
      warnOnce(.strayBytes(offset: place))
      place += 1
      return .goOn
    }
  }

  private mutating func readChannelMessage(_ status: UInt8) -> Step {
    let count = status & 0xF0 == 0xC0 || status & 0xF0 == 0xD0 ? 1 : 2
    guard place + count <= end else { return .breaksOff }
    let data1 = bytes[place]
    let data2 = count == 2 ? bytes[place + 1] : 0
    if (data1 | data2) >= 0x80 { warnOnce(.dataByte(offset: data1 >= 0x80 ? place : place + 1)) }
    running = status
    place += count
    closeSysex()
    let message = MIDIMessage.channel(status: status, data1: data1 & 0x7F, data2: data2 & 0x7F)
    if !hasEnded || message.isRelease { track.events.append(.init(tick: tick, message: message)) }
    return .goOn
  }

  private mutating func readSysex(_ status: UInt8) -> Step {
    guard let length = readNumber(), length <= end - place else { return .breaksOff }
    let content = bytes[place..<(place + length)]
    place += length
    // A continuation packet contains data, or only the end.
    let goesOn = !openSysex.isEmpty && content.first.map { $0 < 0x80 || $0 == 0xF7 } ?? true
    if status == 0xF0 || !goesOn { closeSysex() }
    if status == 0xF0 {
      openSysex = [0xF0]
    } else if openSysex.isEmpty {
      readEscape(content)
      return .goOn
    }
    openSysex += content
    sysexTick = tick
    if openSysex.last == 0xF7 { closeSysex() }
    return .goOn
  }

  /// Stores the open system exclusive message, and terminates it if needed.
  private mutating func closeSysex() {
    guard !openSysex.isEmpty else { return }
    if openSysex.last != 0xF7 { openSysex.append(0xF7) }
    if !hasEnded { track.events.append(.init(tick: sysexTick, message: .system(openSysex))) }
    openSysex = []
  }

  /// Reads an escape event: raw MIDI bytes, with a running status of their own.
  private mutating func readEscape(_ content: ArraySlice<UInt8>) {
    guard let first = content.first, !hasEnded else { return }
    // System exclusive and system common messages are kept as they are; real-time messages are dropped.
    guard first < 0xF0 else {
      if first < 0xF7 {
        track.events.append(.init(tick: tick, message: .system(Array(content))))
      }
      return
    }
    var rest = content
    var status: UInt8 = 0
    while let byte = rest.first {
      if byte >= 0x80 {
        status = byte
        rest = rest.dropFirst()
      }
      let count = status & 0xF0 == 0xC0 || status & 0xF0 == 0xD0 ? 1 : 2
      let data = rest.prefix(count)
      guard 0x80..<0xF0 ~= status, data.count == count, data.allSatisfy({ $0 < 0x80 }) else {
        warnOnce(.strayBytes(offset: rest.startIndex))
        return
      }
      let message = MIDIMessage.channel(
        status: status, data1: data[data.startIndex],
        data2: count == 2 ? data[data.startIndex + 1] : 0)
      track.events.append(.init(tick: tick, message: message))
      rest = rest.dropFirst(count)
    }
  }

  private mutating func readMeta() -> Step {
    guard place < end else { return .breaksOff }
    let type = bytes[place]
    place += 1
    guard let length = readNumber(), length <= end - place else { return .breaksOff }
    let start = place
    place += length
    switch type {
    case 0x03 where track.name == nil && length > 0:
      track.name = String(decoding: bytes[start..<place], as: UTF8.self)
    case 0x01 where track.texts.count < Self.mostTexts && length > 0:
      let end = min(place, start + Self.longestText)
      track.texts.append(String(decoding: bytes[start..<end], as: UTF8.self))
    case 0x51 where length >= 3:
      let tempo = (0..<3).reduce(0) { $0 << 8 | Int(bytes[start + $1]) }
      if tempo > 0 {
        track.tempos.append(.init(tick: tick, microsecondsPerQuarter: tempo))
      } else {
        warnings.append(.zeroTempo(offset: start))
      }
    case 0x2F:
      if isBeyondItsLength { return .end(place) }
      if hasEnded || place >= end { return .end(max(place, end)) }
      closeSysex()
      hasEnded = true
      guard !anotherChunkBegins else {
        warnings.append(.wrongLength(offset: chunk))
        return .end(place)
      }
      warnings.append(.eventsAfterEnd(offset: place))
    default: break
    }
    return .goOn
  }

  /// Reads a variable-length number; `nil` when it is truncated or too long. If it has more than the four
  /// bytes that the format allows, as some programs write, only the low 28 bits are used.
  private mutating func readNumber() -> Int? {
    let start = place
    var value = 0
    while place < end, place - start < Self.longestNumber {
      let byte = bytes[place]
      place += 1
      value = (value << 7 | Int(byte & 0x7F)) & 0x0FFF_FFFF
      guard byte >= 0x80 else {
        if place - start > 4 { warnOnce(.longNumber(offset: start)) }
        return value
      }
    }
    return nil
  }
}

extension [UInt8] {
  /// Whether the four letters of `tag` are at `offset`.
  func hasTag(_ tag: [UInt8], at offset: Int) -> Bool {
    offset + 4 <= count && self[offset] == tag[0] && self[offset + 1] == tag[1]
      && self[offset + 2] == tag[2] && self[offset + 3] == tag[3]
  }

  /// Whether a chunk begins at `offset`: a track, a header, or another with a plausible name that fits into
  /// the bytes; or too little is left for a chunk, and it is not an end-of-track event.
  func holdsChunk(at offset: Int) -> Bool {
    guard offset + 8 <= count else {
      return !self[offset...].suffix(3).elementsEqual([0xFF, 0x2F, 0x00])
    }
    if hasTag(Array("MTrk".utf8), at: offset) || hasTag(Array("MThd".utf8), at: offset) {
      return true
    }
    let length = self[(offset + 4)..<(offset + 8)].reduce(0) { $0 << 8 | Int($1) }
    return mayHoldChunk(at: offset) && length <= count - offset - 8
  }

  /// Whether a chunk may begin at `offset`: its name is printable, or too little is left.
  func mayHoldChunk(at offset: Int) -> Bool {
    offset + 8 > count || self[offset..<(offset + 4)].allSatisfy { (0x20...0x7E).contains($0) }
  }
}

extension MIDIMessage {
  /// Whether it may release something: a note-off, or a controller.
  fileprivate var isRelease: Bool {
    guard case .channel(let status, _, _) = self else { return false }
    return isNoteOff || status & 0xF0 == 0xB0
  }
}
