extension StandardMIDIFile {
  /// Ticks per quarter note of written files: at 120 beats per minute a tick is 50 µs, so that steps of 10 ms
  /// are whole ticks and no time is rounded by more than 25 µs.
  private static let writtenDivision = 10_000
  private static let nanosecondsPerTick: Int64 = 50_000
  /// The longest time between two events that fits a variable-length number of four bytes.
  private static let longestDelta: Int64 = 0x0FFF_FFFF

  /// The bytes of a file of format 0 at 120 beats per minute.
  ///
  /// - Parameters:
  ///   - events: In order of time.
  ///   - name: The track's name; none when it is empty.
  ///   - text: A text event at the beginning; none when it is empty.
  public static func bytes(of events: [MIDIEvent], name: String = "", text: String = "") -> [UInt8]
  {
    var track: [UInt8] = []
    track.reserveCapacity(events.count * 5 + 64)
    func append(number: Int64) {
      let parts = [21, 14, 7, 0].map { UInt8(truncatingIfNeeded: number >> Int64($0) & 0x7F) }
      let first = parts.dropLast().firstIndex { $0 != 0 } ?? parts.count - 1
      for index in first..<parts.count {
        track.append(parts[index] | (index + 1 < parts.count ? 0x80 : 0))
      }
    }
    func appendMeta(_ type: UInt8, _ content: [UInt8]) {
      track.append(contentsOf: [0xFF, type])
      append(number: Int64(content.count))
      track.append(contentsOf: content)
    }
    if !name.isEmpty {
      track.append(0)
      appendMeta(0x03, Array(name.utf8.prefix(1000)))
    }
    if !text.isEmpty {
      track.append(0)
      appendMeta(0x01, Array(text.utf8.prefix(1000)))
    }
    track.append(0)
    appendMeta(0x51, [0x07, 0xA1, 0x20])  // 500,000 µs
    var tick: Int64 = 0
    for event in events {
      let target = max(tick, (event.nanoseconds + nanosecondsPerTick / 2) / nanosecondsPerTick)
      var delta = target - tick
      while delta > longestDelta {
        // An empty text event extends a delta time that is too long for one number.
        append(number: longestDelta)
        appendMeta(0x01, [])
        delta -= longestDelta
      }
      append(number: delta)
      tick = target
      switch event.message {
      case .channel: track.append(contentsOf: event.message.bytes)
      case .system(let bytes):
        let isSysex = bytes.first == 0xF0
        track.append(isSysex ? 0xF0 : 0xF7)
        append(number: Int64(isSysex ? bytes.count - 1 : bytes.count))
        track.append(contentsOf: isSysex ? bytes.dropFirst() : bytes[...])
      }
    }
    track.append(0)
    appendMeta(0x2F, [])

    func word(_ value: Int) -> [UInt8] {
      [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
    }
    return Array("MThd".utf8) + [0, 0, 0, 6] + word(0) + word(1) + word(writtenDivision)
      + Array("MTrk".utf8) + word(track.count >> 16) + word(track.count) + track
  }
}

extension MIDIEvent {
  /// The note-ons and note-offs of notes, in order of time; at the same time note-offs come first.
  public static func events(of notes: [Note]) -> [MIDIEvent] {
    var timed: [(key: (Int64, Int, UInt8), event: MIDIEvent)] = []
    timed.reserveCapacity(notes.count * 2)
    for note in notes {
      // The note-off of a note of length 0 must come after its note-on.
      let isEmpty = note.end <= note.start
      timed.append(
        (
          (note.start, 1, note.pitch),
          MIDIEvent(
            nanoseconds: note.start,
            message: .noteOn(pitch: note.pitch, velocity: max(1, note.velocity)))
        ))
      timed.append(
        (
          (note.end, isEmpty ? 2 : 0, note.pitch),
          MIDIEvent(nanoseconds: note.end, message: .noteOff(pitch: note.pitch))
        ))
    }
    return timed.sorted { $0.key < $1.key }.map(\.event)
  }
}
