import MIDI

/// Music that a gauge is asked about: a take, or what has been played of it so far.
struct GaugedMusic: Sendable {
  /// Its notes.
  var notes: [Note]
  /// How long it is, in seconds.
  var seconds: Double
  /// How many of the last seconds are new since a gauge was asked about the music before.
  var newSeconds: Double
  /// Whether it is what a gauge compares with, and not to be judged itself.
  var isReference = false

  /// Two seconds, in nanoseconds: the music from one boundary to the next.
  private static let boundary: Int64 = 2_000_000_000

  /// The beginning of music up to a boundary, of which there is one every two seconds; all of it for `nil`.
  init(_ notes: [Note], upTo boundary: Int? = nil) {
    if let boundary {
      let end = Int64(boundary) * Self.boundary
      self.notes = notes.filter { $0.start < end }.map { note in
        var note = note
        note.end = min(note.end, end)
        return note
      }
      seconds = Double(boundary) * 2
      newSeconds = 2
    } else {
      self.notes = notes
      let end = notes.map(\.end).max() ?? 0
      seconds = Double(end) / 1e9
      let rest = end % Self.boundary
      newSeconds = Double(rest == 0 ? min(end, Self.boundary) : rest) / 1e9
    }
  }
}

// MARK: - As a line

extension GaugedMusic {
  /// The line of JSON that a program reads, with a line feed; times in seconds, to the millisecond.
  ///
  /// ```
  /// {"id":7,"seconds":12.0,"new":2.0,"notes":[[0.0,0.5,60,80]],"pedal":[]}
  /// ```
  func jsonLine(id: Int) -> [UInt8] {
    var line = Array("{\"id\":\(id),\"seconds\":".utf8)
    line.reserveCapacity(64 + 32 * notes.count)
    Self.append(Int64((seconds * 1000).rounded()), to: &line)
    line += Array(",\"new\":".utf8)
    Self.append(Int64((newSeconds * 1000).rounded()), to: &line)
    if isReference { line += Array(",\"reference\":true".utf8) }
    line += Array(",\"notes\":[".utf8)
    for (index, note) in notes.enumerated() {
      line.append(contentsOf: index == 0 ? [0x5B] : [0x2C, 0x5B])
      Self.append((note.start + 500_000) / 1_000_000, to: &line)
      line.append(0x2C)
      Self.append((note.end + 500_000) / 1_000_000, to: &line)
      line.append(0x2C)
      Self.append(digitsOf: Int64(note.pitch), to: &line)
      line.append(0x2C)
      Self.append(digitsOf: Int64(note.velocity), to: &line)
      line.append(0x5D)
    }
    line += Array("],\"pedal\":[]}\n".utf8)
    return line
  }

  /// Appends milliseconds as seconds: 12345 is "12.345", 12000 is "12.0".
  private static func append(_ milliseconds: Int64, to line: inout [UInt8]) {
    append(digitsOf: milliseconds / 1000, to: &line)
    line.append(0x2E)
    let rest = milliseconds % 1000
    line.append(0x30 + UInt8(rest / 100))
    guard rest % 100 != 0 else { return }
    line.append(0x30 + UInt8(rest / 10 % 10))
    if rest % 10 != 0 { line.append(0x30 + UInt8(rest % 10)) }
  }

  /// Appends a number of 0 or more.
  private static func append(digitsOf number: Int64, to line: inout [UInt8]) {
    let first = line.count
    var rest = number
    repeat {
      line.append(0x30 + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    line[first...].reverse()
  }
}
