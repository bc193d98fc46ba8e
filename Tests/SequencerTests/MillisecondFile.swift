import Foundation
import MIDI
import Testing

/// Standard MIDI Files with a tick of one millisecond, as aplaymidi and arecordmidi take and give
/// them; the least that these tests need.
enum MillisecondFile {
  /// The file of `events`, whose times are whole milliseconds; 960 ms of rest are ahead of them, as
  /// aplaymidi sends what is at tick 0 while it is still filling its queue.
  static func bytes(of events: [MIDIEvent]) -> [UInt8] {
    var track: [UInt8] = [0x00, 0xFF, 0x51, 0x03, 0x0F, 0x42, 0x40]  // 1,000,000 µs a quarter
    var last: Int64 = -960
    for event in events {
      let milliseconds = event.nanoseconds / 1_000_000
      track += quantity(Int(milliseconds - last))
      last = milliseconds
      if case .system(let bytes) = event.message {
        track += [0xF0] + quantity(bytes.count - 1) + bytes.dropFirst()
      } else {
        track += event.message.bytes
      }
    }
    track += [0x00, 0xFF, 0x2F, 0x00]
    let length = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: track.count >> $0) }
    // Format 0, one track, 1,000 ticks a quarter.
    return Array("MThd".utf8) + [0, 0, 0, 6, 0, 0, 0, 1, 0x03, 0xE8] + Array("MTrk".utf8) + length
      + track
  }

  /// The events of the last track of a file whose tick is one millisecond.
  static func events(of bytes: [UInt8]) throws -> [MIDIEvent] {
    let start = try #require(
      bytes.indices.last { bytes[$0...].starts(with: "MTrk".utf8) }, "no track")
    var rest = bytes[(start + 8)...]
    var events: [MIDIEvent] = []
    var milliseconds: Int64 = 0
    var running: UInt8 = 0
    while !rest.isEmpty {
      milliseconds += Int64(number(&rest))
      if let first = rest.first, first >= 0x80 { running = rest.removeFirst() }
      let message: MIDIMessage
      switch running {
      case 0xFF:
        rest.removeFirst()
        rest.removeFirst(number(&rest))
        continue
      case 0xF0:
        let count = number(&rest)
        message = .system([0xF0] + rest.prefix(count))
        rest.removeFirst(count)
      case 0xC0..<0xE0:
        message = .channel(status: running, data1: rest.removeFirst(), data2: 0)
      default:
        message = .channel(
          status: running, data1: rest.removeFirst(), data2: rest.removeFirst())
      }
      events.append(MIDIEvent(nanoseconds: milliseconds * 1_000_000, message: message))
    }
    return events
  }

  /// A variable-length quantity.
  private static func quantity(_ value: Int) -> [UInt8] {
    var bytes = [UInt8(value & 0x7F)]
    var rest = value >> 7
    while rest > 0 {
      bytes.insert(UInt8(rest & 0x7F) | 0x80, at: 0)
      rest >>= 7
    }
    return bytes
  }

  private static func number(_ bytes: inout ArraySlice<UInt8>) -> Int {
    var value = 0
    while let byte = bytes.popFirst() {
      value = value << 7 | Int(byte & 0x7F)
      if byte < 0x80 { break }
    }
    return value
  }
}

/// A folder for a test's files, gone after it.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "woodshed-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file and returns its path.
  func file(_ name: String, _ bytes: [UInt8] = []) throws -> String {
    let file = url.appending(path: name)
    if !bytes.isEmpty { try Data(bytes).write(to: file) }
    return file.path()
  }
}
