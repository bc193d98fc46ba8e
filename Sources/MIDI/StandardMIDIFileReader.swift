/// Reads the chunks and events of a Standard MIDI File, and passes over what is broken.
struct StandardMIDIFileReader {
  private static let header = Array("MThd".utf8)
  private static let track = Array("MTrk".utf8)
  /// Far beyond any piece of music, and small enough to count ticks without overflow.
  private static let longestTick = 1 << 40

  private let bytes: [UInt8]
  private var next: Int
  private let declaredTracks: Int
  private(set) var file: StandardMIDIFile

  /// Finds and reads the header.
  init(_ bytes: [UInt8]) throws(StandardMIDIFileError) {
    guard !bytes.isEmpty else { throw .empty }
    self.bytes = bytes
    guard let start = Self.find(Self.header, in: bytes, from: 0) else { throw .noHeader }
    guard start + 14 <= bytes.count else { throw .truncatedHeader(offset: start) }
    func word(_ offset: Int) -> Int { Int(bytes[offset]) << 8 | Int(bytes[offset + 1]) }
    let length = word(start + 4) << 16 | word(start + 6)
    let format = word(start + 8)
    declaredTracks = word(start + 10)
    let division = try Self.division(word(start + 12), offset: start)
    file = StandardMIDIFile(format: format <= 2 ? format : 1, division: division)
    if start > 0, !bytes.starts(with: Array("RIFF".utf8)) {
      file.warnings.append(.bytesBeforeHeader(count: start))
    }
    if format > 2 { file.warnings.append(.unknownFormat(format)) }
    next = start + 8 + max(6, min(length, bytes.count - start - 8))
  }

  private static func division(_ word: Int, offset: Int) throws(StandardMIDIFileError)
    -> StandardMIDIFile.Division
  {
    guard word >= 0x8000 else {
      guard word > 0 else { throw .badDivision(offset: offset, value: 0) }
      return .ticksPerQuarter(word)
    }
    let ticks = word & 0xFF
    let secondsPerFrame: [Int: Double] = [
      24: 1 / 24.0, 25: 1 / 25.0, 29: 1001 / 30000.0, 30: 1 / 30.0,
    ]
    guard ticks > 0, let seconds = secondsPerFrame[256 - word >> 8] else {
      throw .badDivision(offset: offset, value: word)
    }
    return .ticksPerFrame(ticks, secondsPerFrame: seconds)
  }

  private static func find(_ tag: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard bytes.count >= tag.count, start <= bytes.count - tag.count else { return nil }
    return (start...(bytes.count - tag.count)).first { isTag(tag, in: bytes, at: $0) }
  }

  private static func isTag(_ tag: [UInt8], in bytes: [UInt8], at offset: Int) -> Bool {
    offset + 4 <= bytes.count && bytes[offset] == tag[0] && bytes[offset + 1] == tag[1]
      && bytes[offset + 2] == tag[2] && bytes[offset + 3] == tag[3]
  }

  /// Reads every chunk after the header.
  mutating func readChunks() {
    while next + 8 <= bytes.count {
      let start = next
      let length =
        (4..<8).reduce(0) { $0 << 8 | Int(bytes[start + $1]) }
      let end = min(start + 8 + length, bytes.count)
      guard Self.isTag(Self.track, in: bytes, at: start) else {
        file.warnings.append(.alienChunk(offset: start))
        // A length that leads beyond the file is no length: look for the next track instead.
        let following = Self.find(Self.track, in: bytes, from: start + 4)
        next = start + 8 + length <= bytes.count ? end : following ?? bytes.count
        continue
      }
      if start + 8 + length > bytes.count { file.warnings.append(.wrongLength(offset: start)) }
      next = readTrack(from: start + 8, to: end, chunk: start)
    }
    if declaredTracks != file.tracks.count {
      file.warnings.append(
        .trackCount(declared: declaredTracks, found: file.tracks.count))
    }
  }

  // MARK: - Events

  /// Reads one track; gives back where the next chunk begins.
  private mutating func readTrack(from start: Int, to end: Int, chunk: Int) -> Int {
    var track = StandardMIDIFile.Track()
    var place = start
    var end = end
    var tick = 0
    var running: UInt8 = 0
    var hasEnded = false
    var openSysex: [UInt8] = []
    var hasWarnedOfData = false
    defer { file.tracks.append(track) }

    func data(_ offset: Int) -> UInt8 { bytes[offset] & 0x7F }
    func isData(_ offset: Int) -> Bool { bytes[offset] < 0x80 }

    while true {
      if place >= end {
        // A length that ends before the track does: go on if no chunk begins here.
        guard !hasEnded, end < bytes.count, !looksLikeChunk(at: end) else { break }
        file.warnings.append(.wrongLength(offset: chunk))
        end = bytes.count
      }
      if hasEnded, Self.isTag(Self.track, in: bytes, at: place) { return place }
      let eventStart = place
      guard let delta = number(&place, end) else {
        file.warnings.append(.truncatedTrack(offset: eventStart))
        break
      }
      tick = min(Self.longestTick, tick + delta)
      guard place < end else {
        file.warnings.append(.truncatedTrack(offset: eventStart))
        break
      }
      var status = bytes[place]
      if status >= 0x80 { place += 1 } else { status = running }

      switch status {
      case 0x80...0xEF:
        running = status
        let count = status & 0xF0 == 0xC0 || status & 0xF0 == 0xD0 ? 1 : 2
        guard place + count <= end else {
          file.warnings.append(.truncatedTrack(offset: eventStart))
          return end
        }
        if !(isData(place) && (count == 1 || isData(place + 1))), !hasWarnedOfData {
          hasWarnedOfData = true
          file.warnings.append(.dataByte(offset: isData(place) ? place + 1 : place))
        }
        let message = MIDIMessage.channel(
          status: status, data1: data(place), data2: count == 2 ? data(place + 1) : 0)
        place += count
        if !hasEnded || message.isRelease {
          track.events.append(.init(tick: tick, message: message))
        }

      case 0xFF:
        guard place < end else {
          file.warnings.append(.truncatedTrack(offset: eventStart))
          return end
        }
        let type = bytes[place]
        place += 1
        guard let length = number(&place, end), length <= end - place else {
          file.warnings.append(.truncatedTrack(offset: eventStart))
          return end
        }
        readMeta(type, place, length, tick, &track)
        place += length
        guard type == 0x2F else { continue }
        if hasEnded || place >= end { return max(place, end) }
        hasEnded = true
        guard !Self.isTag(Self.track, in: bytes, at: place) else {
          file.warnings.append(.wrongLength(offset: chunk))
          return place
        }
        file.warnings.append(.eventsAfterEnd(offset: place))

      case 0xF0, 0xF7:
        guard let length = number(&place, end), length <= end - place else {
          file.warnings.append(.truncatedTrack(offset: eventStart))
          return end
        }
        let content = bytes[place..<(place + length)]
        place += length
        openSysex = status == 0xF0 ? [0xF0] + content : openSysex.isEmpty ? [] : openSysex + content
        if openSysex.last == 0xF7 {
          if !hasEnded { track.events.append(.init(tick: tick, message: .system(openSysex))) }
          openSysex = []
        }

      case 0xF1...0xFE:
        // System messages have no place in a file; those with data bring it along.
        file.warnings.append(.strayBytes(offset: eventStart))
        place = min(end, place + (status == 0xF2 ? 2 : status == 0xF1 || status == 0xF3 ? 1 : 0))

      default:
        // A data byte where a status must be, and none to run on.
        file.warnings.append(.strayBytes(offset: place))
        place += 1
      }
    }
    return end
  }

  private mutating func readMeta(
    _ type: UInt8, _ start: Int, _ length: Int, _ tick: Int, _ track: inout StandardMIDIFile.Track
  ) {
    switch type {
    case 0x03 where track.name == nil && length > 0:
      track.name = String(decoding: bytes[start..<(start + length)], as: UTF8.self)
    case 0x51 where length >= 3:
      let tempo = (0..<3).reduce(0) { $0 << 8 | Int(bytes[start + $1]) }
      if tempo > 0 {
        track.tempos.append(.init(tick: tick, microsecondsPerQuarter: tempo))
      } else {
        file.warnings.append(.zeroTempo(offset: start))
      }
    default: break
    }
  }

  /// A variable-length number; `nil` when it breaks off or never ends.
  private mutating func number(_ place: inout Int, _ end: Int) -> Int? {
    let start = place
    var value = 0
    while place < end, place - start < 8 {
      let byte = bytes[place]
      place += 1
      value = value << 7 | Int(byte & 0x7F)
      guard byte & 0x80 != 0 else {
        if place - start > 4 { file.warnings.append(.longNumber(offset: start)) }
        return value
      }
    }
    return nil
  }

  private func looksLikeChunk(at offset: Int) -> Bool {
    offset + 8 > bytes.count
      || bytes[offset..<(offset + 4)].allSatisfy { (0x20...0x7E).contains($0) }
  }
}

extension MIDIMessage {
  /// Whether it lets something go: a note-off, or a controller.
  fileprivate var isRelease: Bool {
    guard case .channel(let status, _, let data2) = self else { return false }
    switch status & 0xF0 {
    case 0x80, 0xB0: return true
    case 0x90: return data2 == 0
    default: return false
    }
  }
}
