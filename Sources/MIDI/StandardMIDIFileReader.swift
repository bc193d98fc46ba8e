/// Parses the chunks of a Standard MIDI File, and skips what is broken.
struct StandardMIDIFileReader {
  private static let header = Array("MThd".utf8)
  private static let track = Array("MTrk".utf8)

  private let bytes: [UInt8]
  private var next: Int
  private let declaredTracks: Int
  private(set) var file: StandardMIDIFile

  /// Finds and reads the first header at or after the byte `from`.
  init(_ bytes: [UInt8], from: Int = 0) throws(StandardMIDIFileError) {
    guard !bytes.isEmpty else { throw .empty }
    self.bytes = bytes
    guard let start = Self.find(Self.header, in: bytes, from: from) else { throw .noHeader }
    guard start + 14 <= bytes.count else { throw .truncatedHeader(offset: start) }
    func word(_ offset: Int) -> Int { Int(bytes[offset]) << 8 | Int(bytes[offset + 1]) }
    let length = word(start + 4) << 16 | word(start + 6)
    let format = word(start + 8)
    declaredTracks = word(start + 10)
    let division = try Self.division(word(start + 12), offset: start + 12)
    file = StandardMIDIFile(format: format <= 2 ? format : 1, division: division)
    if start > from, !bytes.starts(with: Array("RIFF".utf8)) {
      file.warnings.append(.bytesBeforeHeader(count: start))
    }
    if format > 2 { file.warnings.append(.unknownFormat(format)) }
    next = start + 8 + max(6, min(length, bytes.count - start - 8))
    // A length that skips a track is wrong.
    if length > 6, !bytes.hasTag(Self.track, at: next),
      let track = ((start + 14)..<next).first(where: { bytes.hasTag(Self.track, at: $0) })
    {
      file.warnings.append(.wrongHeaderLength(length))
      next = track
    }
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
    return (start...(bytes.count - tag.count)).first { bytes.hasTag(tag, at: $0) }
  }

  /// Reads every chunk after the header; returns the offset of another header, if there is one.
  mutating func readChunks() -> Int? {
    defer {
      if declaredTracks != file.tracks.count {
        file.warnings.append(.trackCount(declared: declaredTracks, found: file.tracks.count))
      }
    }
    while next + 8 <= bytes.count {
      let start = next
      if bytes.hasTag(Self.header, at: start) {
        if !file.tracks.isEmpty, Self.find(Self.track, in: bytes, from: start) != nil {
          file.warnings.append(.anotherSong(offset: start))
        }
        return start
      }
      let length = (4..<8).reduce(0) { $0 << 8 | Int(bytes[start + $1]) }
      if bytes.hasTag(Self.track, at: start) {
        var reader = TrackReader(bytes, chunk: start, end: start + 8 + length)
        next = reader.read()
        file.tracks.append(reader.track)
        file.warnings += reader.warnings
        continue
      }
      let isChunk = bytes.mayHoldChunk(at: start)
      file.warnings.append(isChunk ? .alienChunk(offset: start) : .strayBytes(offset: start))
      if isChunk, start + 8 + length <= bytes.count {
        next = start + 8 + length
      } else {
        // The length is wrong: search for the next track instead.
        next =
          ((start + 1)..<bytes.count).first {
            bytes.hasTag(Self.track, at: $0) || bytes.hasTag(Self.header, at: $0)
          } ?? bytes.count
      }
    }
    return nil
  }
}
