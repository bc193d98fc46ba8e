import Foundation
import Library
package import MIDI
public import Performance

/// One take: where it comes from and how it was played.
public struct TakeDetail: Codable, Sendable {
  /// The take as a line of a list.
  public var line: TakeLine
  /// Its raw MIDI events.
  public var events: Int
  /// The share of its time with the sustain pedal down, 0…1.
  public var pedalShare: Double
  /// The file that it was imported from.
  public var file: String?
  /// All that was asked for when a model played it; `nil` for takes of older versions.
  public var recipe: Recipe?
  /// The phrases of it that are kept, when it is not kept whole.
  public var phrases: [Phrase]
  /// The moments of it that are marked, in order of time.
  public var marks: [MarkLine]
  /// The measures of its style.
  public var style: StyleMeasures
  /// Its notes with the durations of the keys; only for drawing.
  package var notes: [Note] = []

  private enum CodingKeys: CodingKey {
    case line, events, pedalShare, file, recipe, phrases, marks, style
  }

  /// A phrase that is kept.
  public struct Phrase: Codable, Hashable, Sendable {
    /// Seconds into the take.
    public var from: Double
    /// Seconds into the take.
    public var to: Double
  }

  /// A marked moment.
  public struct MarkLine: Codable, Hashable, Sendable {
    /// Seconds into the take.
    public var seconds: Double
    /// bookmark, unplugged, overrun or interrupted.
    public var kind: String
    /// Its text.
    public var text: String?
  }
}

extension Project {
  /// One take in full.
  ///
  /// - Throws: ``WorkbenchError/noSuchTake(number:)``, `LibraryError`.
  public func show(_ name: TakeName) throws -> TakeDetail {
    let take = try summary(of: name)
    let reading = NoteReading(of: try library.events(of: take.number))
    let marks = try library.marks(of: take.number).map { mark in
      TakeDetail.MarkLine(
        seconds: Double(mark.nanoseconds) / 1e9, kind: mark.kind.rawValue, text: mark.text)
    }
    return TakeDetail(
      line: TakeLine(take), events: take.eventCount,
      pedalShare: Double(take.pedalNanoseconds) / Double(max(1, take.nanoseconds)),
      file: take.source?.path,
      recipe: take.generation?.recipe.flatMap { Recipe($0) },
      phrases: try library.standingVerdict(of: take.number).phrases.map {
        .init(from: Double($0.lowerBound) / 1e9, to: Double($0.upperBound) / 1e9)
      }, marks: marks,
      style: StyleMeasures(of: [reading.soundingNotes]), notes: reading.notes)
  }
}
