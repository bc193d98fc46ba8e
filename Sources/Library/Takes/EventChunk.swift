import MIDI

/// Successive events of one take, encoded as in the column `eventChunk.events`.
///
/// Version 1 of the format is one byte, 0x01, and then for each event
///
/// - the nanoseconds since the event before it, or since `firstNanoseconds` for the first: seven
///   bits a byte, lowest first, the top bit set on all bytes but the last (LEB128);
/// - for a channel message its status byte, left out where it is the same as the last channel
///   message's in this chunk, and its one or two data bytes; for a system message 0xF0, the count
///   of its bytes in LEB128, and all its bytes, status included.
///
/// A note or pedal event takes six or seven bytes.
struct EventChunk: Hashable, Sendable {
  /// The most events in a chunk of a finished take: some 25 KB, a few pages of the database.
  static let capacity = 4096

  /// The latest time of an event, in nanoseconds since the take began: 26 days, twice what a MIDI
  /// file may last. Damaged bytes may claim more, which would cost memory for tokens.
  static let latest: Int64 = 1 << 51

  /// The version that this woodshed writes.
  static let version: UInt8 = 1

  /// The time of the first event, in nanoseconds since the take began.
  var firstNanoseconds: Int64

  /// The time of the last event, in nanoseconds since the take began.
  var lastNanoseconds: Int64

  /// How many events there are, at least 1.
  var eventCount: Int

  /// The events in the format above.
  var bytes: [UInt8]
}

// MARK: - Writing

extension EventChunk {
  /// Encodes `events` as chunks of at most `capacity` events.
  ///
  /// - Parameter earliest: the time of the previous event, in nanoseconds since the take began.
  /// - Throws: ``LibraryError/outOfOrder(index:nanoseconds:)``,
  ///   ``LibraryError/tooLate(index:nanoseconds:)`` and ``LibraryError/notMIDI(index:bytes:)``, with
  ///   the index in `events`.
  static func encoding(
    _ events: [MIDIEvent], after earliest: Int64 = 0, capacity: Int = capacity
  ) throws(LibraryError) -> [EventChunk] {
    var chunks: [EventChunk] = []
    chunks.reserveCapacity(events.count / capacity + 1)
    var previous = earliest
    for start in stride(from: 0, to: events.count, by: capacity) {
      let end = min(start + capacity, events.count)
      chunks.append(try EventChunk(events, start..<end, after: previous))
      previous = events[end - 1].nanoseconds
    }
    return chunks
  }

  private init(_ events: [MIDIEvent], _ range: Range<Int>, after earliest: Int64)
    throws(LibraryError)
  {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count * 8)
    bytes.append(Self.version)
    var runningStatus: UInt8 = 0
    guard events[range.lowerBound].nanoseconds >= earliest else {
      throw LibraryError.outOfOrder(
        index: range.lowerBound, nanoseconds: events[range.lowerBound].nanoseconds)
    }
    var previous = events[range.lowerBound].nanoseconds
    for index in range {
      let event = events[index]
      guard event.nanoseconds >= previous else {
        throw LibraryError.outOfOrder(index: index, nanoseconds: event.nanoseconds)
      }
      guard event.nanoseconds <= Self.latest else {
        throw LibraryError.tooLate(index: index, nanoseconds: event.nanoseconds)
      }
      Self.append(UInt64(event.nanoseconds - previous), to: &bytes)
      previous = event.nanoseconds
      switch event.message {
      case .channel(let status, let data1, let data2):
        guard 0x80...0xEF ~= status, data1 < 0x80, data2 < 0x80 else {
          throw LibraryError.notMIDI(index: index, bytes: [status, data1, data2])
        }
        if status != runningStatus {
          bytes.append(status)
          runningStatus = status
        }
        bytes.append(data1)
        if Self.hasTwoDataBytes(status) { bytes.append(data2) }
      case .system(let content):
        bytes.append(0xF0)
        Self.append(UInt64(content.count), to: &bytes)
        bytes.append(contentsOf: content)
      }
    }
    self.init(
      firstNanoseconds: events[range.lowerBound].nanoseconds, lastNanoseconds: previous,
      eventCount: range.count, bytes: bytes)
  }

  private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Whether a channel message has two data bytes; program change and channel pressure have one.
  fileprivate static func hasTwoDataBytes(_ status: UInt8) -> Bool {
    status & 0xE0 != 0xC0
  }
}

// MARK: - Reading

extension EventChunk {
  /// Why stored bytes are not a chunk.
  struct Malformed: Error {
    /// The offset of the byte at which it was found.
    var byte: Int
    var cause: String
  }

  /// Appends the stored events to `events`.
  ///
  /// - Throws: ``Malformed``; `events` then has those that precede the fault.
  static func decode(
    _ bytes: [UInt8], firstNanoseconds: Int64, eventCount: Int, into events: inout [MIDIEvent]
  ) throws(Malformed) {
    var reader = ChunkReader(bytes: bytes, position: 0)
    let version = try reader.byte()
    guard version == Self.version else {
      throw Malformed(byte: 0, cause: "its format is version \(version), which is not known here")
    }
    guard 0...bytes.count ~= eventCount else {
      throw Malformed(byte: 0, cause: "it cannot hold \(eventCount) events")
    }
    guard firstNanoseconds >= events.last?.nanoseconds ?? 0 else {
      throw Malformed(byte: 0, cause: "its time is before that of the chunk ahead")
    }
    var nanoseconds = firstNanoseconds
    var runningStatus: UInt8 = 0
    for _ in 0..<eventCount {
      let (sum, overflow) = nanoseconds.addingReportingOverflow(try reader.number())
      guard !overflow, sum <= latest else {
        throw Malformed(byte: reader.position, cause: "a time too late")
      }
      nanoseconds = sum
      var data1 = try reader.byte()
      if data1 == 0xF0 {
        let content = try reader.bytes(count: try reader.number())
        events.append(MIDIEvent(nanoseconds: nanoseconds, message: .system(content)))
        continue
      }
      if data1 >= 0x80 {
        runningStatus = data1
        data1 = try reader.byte()
      }
      guard 0x80...0xEF ~= runningStatus, data1 < 0x80 else {
        throw Malformed(byte: reader.position - 1, cause: "no message begins with this byte")
      }
      let data2 = hasTwoDataBytes(runningStatus) ? try reader.byte() : 0
      guard data2 < 0x80 else {
        throw Malformed(byte: reader.position - 1, cause: "not a data byte")
      }
      events.append(
        MIDIEvent(
          nanoseconds: nanoseconds,
          message: .channel(status: runningStatus, data1: data1, data2: data2)))
    }
    guard reader.position == bytes.count else {
      throw Malformed(byte: reader.position, cause: "bytes after the last event")
    }
  }
}

/// A cursor over the bytes of a chunk.
private struct ChunkReader {
  let bytes: [UInt8]
  var position: Int

  mutating func byte() throws(EventChunk.Malformed) -> UInt8 {
    guard position < bytes.count else {
      throw EventChunk.Malformed(byte: position, cause: "it ends in the middle of an event")
    }
    defer { position += 1 }
    return bytes[position]
  }

  /// A number in LEB128 that fits an Int64.
  mutating func number() throws(EventChunk.Malformed) -> Int64 {
    let start = position
    var value: Int64 = 0
    var shift: Int64 = 0
    while shift < 63 {
      let next = try byte()
      value |= Int64(next & 0x7F) << shift
      guard next & 0x80 != 0 else { return value }
      shift += 7
    }
    throw EventChunk.Malformed(byte: start, cause: "a number of more than nine bytes")
  }

  mutating func bytes(count: Int64) throws(EventChunk.Malformed) -> [UInt8] {
    guard count <= Int64(bytes.count - position) else {
      throw EventChunk.Malformed(byte: position, cause: "it ends in the middle of a message")
    }
    defer { position += Int(count) }
    return Array(bytes[position..<position + Int(count)])
  }
}
