import Foundation
import Library
import MIDI
import Plot

extension Project {
  /// Seconds of a primer that are drawn before the take that continues it.
  private static let primerSeconds = 8.0

  /// Draws a take, or a part of it, as a piano roll.
  ///
  /// - Throws: ``WorkbenchError``, `DiskError`, `LibraryError`.
  public func plot(take name: TakeName, part: TakePart = TakePart(), _ request: PictureRequest)
    throws -> PictureReport
  {
    let take = try summary(of: name)
    let excerpt = try excerpt(of: ChosenPart(take: take, part: part), doing: "draw")
    return try writePicture(
      pianoRoll(of: excerpt).picture, as: "take-\(take.number)\(excerpt.suffix)", request)
  }

  /// The piano roll of a take, preceded by the last seconds of its primer.
  func pianoRoll(of take: TakeSummary, primerSeconds: Double = primerSeconds) throws -> PianoRoll {
    try pianoRoll(
      of: excerpt(of: ChosenPart(take: take), doing: "draw"), primerSeconds: primerSeconds)
  }

  private func pianoRoll(of excerpt: Excerpt, primerSeconds: Double = primerSeconds) throws
    -> PianoRoll
  {
    let (take, start) = (excerpt.take, excerpt.start)
    let reading = NoteReading(of: excerpt.events)
    let isOwn = take.origin == .played
    let end = max(reading.end, excerpt.isPart ? 0 : take.nanoseconds)
    var notes = Self.notes(of: reading, isOwn: isOwn, from: -start)
    var pedal = Self.pedal(of: reading, until: end, from: -start)
    var primer: String?
    if start > 0 {
      // What came before was left out, and so is what it goes on from.
    } else if let before = try primerMusic(of: take) {
      let last = Int64(primerSeconds * 1e9)
      let reading = NoteReading(of: before.last(nanoseconds: last))
      let zero = min(before.end, last)
      notes += Self.notes(of: reading, isOwn: before.take.origin == .played, from: zero)
      pedal += Self.pedal(of: reading, until: zero, from: zero)
      primer = "take \(before.take.number)"
    } else {
      primer = take.generation?.primer
    }
    let line = TakeLine(take)
    var title = "Take \(take.number), \(line.origin.rawValue)\(isOwn ? "" : " by \(line.source)")"
    if excerpt.isPart {
      title +=
        ", \(Readable.text(nanoseconds: start)) to \(Readable.text(nanoseconds: start + end))"
    }
    var roll = PianoRoll(
      title: title, notes: notes, pedal: pedal, seconds: Double(start + end) / 1e9, primer: primer)
    roll.from = Double(start) / 1e9
    return roll
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
