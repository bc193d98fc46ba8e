import MIDI

/// A score as a Standard MIDI File of format 1 with 480 ticks a quarter, written out note by note.
struct WrittenScore {
  /// A note: when and how long, in quarters, and which key.
  typealias WrittenNote = (at: Double, lasts: Double, pitch: UInt8)

  /// The quarters a minute from a quarter on.
  var tempos: [(at: Double, beatsPerMinute: Double)] = [(0, 120)]
  /// The notes of each track.
  var tracks: [[WrittenNote]]
  /// The channel of all notes, 0…15.
  var channel: UInt8 = 0

  /// Two voices with appoggiaturas, a trill, a unison, a slower half, repeated keys, and a note of 8 s.
  static let own = WrittenScore(
    tempos: [(0, 120), (4, 60)], tracks: [appoggiaturas + trill + repeated, accompaniment])

  /// Two of 30 ms before C5.
  private static let appoggiaturas: [WrittenNote] = [
    (0, 0.06, 74), (0.06, 0.06, 76), (0.12, 0.88, 72),
  ]

  /// Sixteen notes of 62.5 ms.
  private static let trill = (0..<16).map { (index: Int) -> WrittenNote in
    let pitch: UInt8 = index % 2 == 0 ? 74 : 76
    return (at: 1 + Double(index) / 8, lasts: 0.125, pitch: pitch)
  }

  private static let repeated: [WrittenNote] = [
    (3, 1, 72), (4, 0.5, 67), (4.5, 0.5, 67), (5, 0.5, 67), (5.5, 0.5, 67), (6, 4, 67),
  ]

  /// A chord, a G4 that both voices have, and a C3 that is held for 8 s.
  private static let accompaniment: [WrittenNote] = [
    (0.12, 0.88, 48), (0.12, 0.88, 55), (0.12, 0.88, 64), (3, 1, 52), (4, 1, 67), (4, 8, 48),
  ]

  /// The bytes of the file.
  var bytes: [UInt8] {
    func ticks(_ quarters: Double) -> Int { Int((quarters * 480).rounded()) }
    var chunks: [[Event]] = [
      tempos.map { tempo in
        let microseconds = Int(6e7 / tempo.beatsPerMinute)
        return Event(ticks(tempo.at), [0xFF, 0x51, 3] + Self.bytes(of: microseconds, count: 3))
      }
    ]
    for notes in tracks {
      var events: [Event] = []
      for note in notes {
        events.append(Event(ticks(note.at), [0x90 | channel, note.pitch, 64]))
        events.append(Event(ticks(note.at + note.lasts), [0x80 | channel, note.pitch, 0]))
      }
      // Note-offs come before note-ons.
      chunks.append(events.sorted { ($0.tick, $0.bytes[0]) < ($1.tick, $1.bytes[0]) })
    }
    let head: [UInt8] = [0, 0, 0, 6, 0, 1, 0, UInt8(chunks.count), 0x01, 0xE0]
    return Array("MThd".utf8) + head + chunks.flatMap { Self.chunk($0) }
  }

  private struct Event {
    var tick: Int
    var bytes: [UInt8]

    init(_ tick: Int, _ bytes: [UInt8]) { (self.tick, self.bytes) = (tick, bytes) }
  }

  /// A number in so many bytes, the highest first.
  private static func bytes(of number: Int, count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }

  /// The file as it is read.
  var file: StandardMIDIFile { get throws { try StandardMIDIFile(bytes: bytes) } }

  private static func chunk(_ events: [Event]) -> [UInt8] {
    var content: [UInt8] = []
    var now = 0
    for event in events {
      let delta = event.tick - now
      now = event.tick
      for shift in [21, 14, 7] where delta >> shift > 0 {
        content.append(UInt8(delta >> shift & 0x7F | 0x80))
      }
      content.append(UInt8(delta & 0x7F))
      content += event.bytes
    }
    content += [0, 0xFF, 0x2F, 0]
    return Array("MTrk".utf8) + bytes(of: content.count, count: 4) + content
  }
}
