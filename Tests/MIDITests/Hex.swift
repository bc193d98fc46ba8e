import MIDI

/// Bytes written as hex digits; spaces mean nothing, and a line's rest after `;` is a remark.
func hex(_ text: String) -> [UInt8] {
  let digits = text.split(separator: "\n").flatMap { line in
    line.prefix { $0 != ";" }.compactMap(\.hexDigitValue)
  }
  return stride(from: 0, to: digits.count - 1, by: 2).map {
    UInt8(digits[$0] << 4 | digits[$0 + 1])
  }
}

/// A header of 480 ticks a quarter note, unless told otherwise.
func header(format: UInt8 = 0, tracks: UInt8 = 1, division: String = "01E0") -> [UInt8] {
  hex("4D546864 00000006") + [0, format, 0, tracks] + hex(division)
}

/// A track chunk, whose length is right unless told otherwise.
func track(_ text: String, length: Int? = nil) -> [UInt8] {
  let content = hex(text)
  let length = length ?? content.count
  return hex("4D54726B")
    + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + content
}

/// A track with one note: C4 at velocity 80, from 0 to 480 ticks.
let oneNote = "00 90 3C 50  8360 80 3C 40  00 FF2F00"

/// A note as a test reads it: when, until when, in milliseconds, which key, how hard.
struct Struck: Equatable, CustomStringConvertible {
  var start: Double
  var end: Double
  var pitch: UInt8
  var velocity: UInt8

  init(_ start: Double, _ end: Double, _ pitch: UInt8, _ velocity: UInt8 = 80) {
    self.start = start
    self.end = end
    self.pitch = pitch
    self.velocity = velocity
  }

  init(_ note: Note) {
    self.init(Double(note.start) / 1e6, Double(note.end) / 1e6, note.pitch, note.velocity)
  }

  var description: String { "(\(start)…\(end) ms, key \(pitch), velocity \(velocity))" }
}

/// The notes as keyed of every take of a file.
func struck(in bytes: [UInt8]) throws -> [[Struck]] {
  try StandardMIDIFile(bytes: bytes).takes.map { NoteReading(of: $0.events).notes.map(Struck.init) }
}
