import Foundation
import Library
import MIDI
import Plot

extension Project {
  /// Seconds of a primer that are drawn before the take that continues it.
  private static let primerSeconds = 8.0

  /// Draws a take as a piano roll.
  ///
  /// - Throws: ``WorkbenchError``, `DiskError`, `LibraryError`.
  public func plot(take name: TakeName, _ request: PictureRequest) throws -> PictureReport {
    let take = try summary(of: name)
    return try writePicture(pianoRoll(of: take).picture, as: "take-\(take.number)", request)
  }

  /// The piano roll of a take, preceded by the last seconds of its primer.
  func pianoRoll(of take: TakeSummary, primerSeconds: Double = primerSeconds) throws -> PianoRoll {
    let reading = NoteReading(of: try library.events(of: take.number))
    let isOwn = take.origin == .played
    let end = max(take.nanoseconds, reading.end)
    var notes = Self.notes(of: reading, isOwn: isOwn, from: 0)
    var pedal = Self.pedal(of: reading, until: end, from: 0)
    var primer: String?
    if let number = take.generation?.primerTake, let from = try library.take(number) {
      let before = NoteReading(of: try library.events(of: number))
      let length = max(from.nanoseconds, before.end)
      let cut = length - Int64(primerSeconds * 1e9)
      notes += Self.notes(of: before, isOwn: from.origin == .played, from: length)
        .filter { $0.end > Double(cut - length) / 1e9 }
        .map { note in
          var note = note
          note.start = max(note.start, -primerSeconds)
          note.end = min(note.end, 0)
          return note
        }
      pedal += Self.pedal(of: before, until: length, from: length)
        .filter { $0.upperBound > -primerSeconds }
        .map { max($0.lowerBound, -primerSeconds)...min($0.upperBound, 0) }
      primer = "take \(number)"
    } else {
      primer = take.generation?.primer
    }
    let line = TakeLine(take)
    return PianoRoll(
      title: "Take \(take.number), \(line.origin.rawValue)\(isOwn ? "" : " by \(line.source)")",
      notes: notes, pedal: pedal, seconds: Double(end) / 1e9, primer: primer)
  }

  /// Notes with times in seconds relative to `zero`, which is in nanoseconds. Lengths are those of the keys,
  /// since the pedal has a lane of its own.
  private static func notes(of reading: NoteReading, isOwn: Bool, from zero: Int64)
    -> [PianoRoll.Note]
  {
    reading.notes.map {
      PianoRoll.Note(
        pitch: $0.pitch, velocity: $0.velocity, start: Double($0.start - zero) / 1e9,
        end: Double($0.end - zero) / 1e9, isOwn: isOwn)
    }
  }

  private static func pedal(of reading: NoteReading, until end: Int64, from zero: Int64)
    -> [ClosedRange<Double>]
  {
    var ranges: [ClosedRange<Double>] = []
    var down: Int64?
    for change in reading.pedal + [(nanoseconds: end, isDown: false)] {
      if change.isDown {
        down = change.nanoseconds
      } else if let since = down {
        ranges.append(
          Double(since - zero) / 1e9...Double(max(since, change.nanoseconds) - zero) / 1e9)
        down = nil
      }
    }
    return ranges
  }
}
