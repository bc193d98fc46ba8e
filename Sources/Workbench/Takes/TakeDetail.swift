import Foundation
import Library
import MIDI
public import Performance
import Terminal

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
  /// The model that played it, with what it takes to play it again.
  public var model: String?
  /// The phrases of it that are kept, when it is not kept whole.
  public var phrases: [Phrase]
  /// The moments of it that are marked, in order of time.
  public var marks: [MarkLine]
  /// The measures of its style.
  public var style: StyleMeasures
  /// Its notes as they are held; only ever drawn.
  var notes: [Note] = []

  private enum CodingKeys: CodingKey {
    case line, events, pedalShare, file, model, phrases, marks, style
  }

  /// A phrase that is kept.
  public struct Phrase: Codable, Hashable, Sendable {
    /// Seconds into the take.
    public var from: Double
    /// Seconds into the take.
    public var to: Double
  }

  /// A moment that is worth finding again.
  public struct MarkLine: Codable, Hashable, Sendable {
    /// Seconds into the take.
    public var seconds: Double
    /// bookmark, unplugged, overrun or interrupted.
    public var kind: String
    /// What there is to say of it.
    public var text: String?
  }
}

extension TakeDetail: CustomStringConvertible {
  /// The result as a person reads it.
  public var description: String { ([title] + facts + measures).joined(separator: "\n") }

  /// "take 12, played, held-out".
  var title: String {
    "take \(line.number), \(line.origin.rawValue)\(line.heldOut ? ", held-out" : "")"
  }

  /// A line for each fact.
  var facts: [String] {
    var lines = [
      "  from     \((file ?? line.source).printable)",
      "  when     \(line.startedAt.formatted(.iso8601))",
      "  length   \(Clock.text(seconds: line.seconds))",
      "  notes    \(line.notes)",
      "  events   \(events)",
      "  pedal    down \(Int((pedalShare * 100).rounded()))% of the time",
    ]
    if let judgement = line.judgement {
      let parts = phrases.map {
        "\(Clock.text(seconds: $0.from)) to \(Clock.text(seconds: $0.to))"
      }
      lines.append("  verdict  \(([judgement] + parts).joined(separator: ", "))")
    }
    if let rating = line.rating { lines.append("  rating   \(rating) of 5") }
    if let note = line.note { lines.append("  note     \(note.printable)") }
    if let model { lines.append("  model    \(model.printable)") }
    lines += marks.map { mark in
      "  \(mark.kind)".padding(toLength: 11, withPad: " ", startingAt: 0)
        + ([Clock.text(seconds: mark.seconds)] + [mark.text?.printable].compactMap(\.self))
        .joined(separator: "  ")
    }
    return lines
  }

  /// A line for each measure of style.
  var measures: [String] {
    style.measures.filter { $0.unit != nil }.map { measure in
      let name = measure.name + String(repeating: " ", count: max(0, 18 - measure.name.count))
      return "  \(name) \((measure.mean * 100).rounded() / 100) \(measure.unit ?? "")"
    }
  }
}

extension Project {
  /// One take in full.
  ///
  /// - Throws: ``WorkbenchError/noSuchTake(number:)``, `LibraryError`.
  public func show(_ name: TakeName) throws -> TakeDetail {
    let take = try summary(of: name)
    let reading = NoteReading(of: try library.events(of: take.number))
    let model = take.generation.map { made in
      "\(made.model), seed \(made.seed), stream \(made.stream), temperature \(made.temperature), "
        + "top-p \(made.topP)"
    }
    let marks = try library.marks(of: take.number).map { mark in
      TakeDetail.MarkLine(
        seconds: Double(mark.nanoseconds) / 1e9, kind: mark.kind.rawValue, text: mark.text)
    }
    return TakeDetail(
      line: TakeLine(take), events: take.eventCount,
      pedalShare: Double(take.pedalNanoseconds) / Double(max(1, take.nanoseconds)),
      file: take.source?.path, model: model,
      phrases: try library.standingVerdict(of: take.number).phrases.map {
        .init(from: Double($0.lowerBound) / 1e9, to: Double($0.upperBound) / 1e9)
      }, marks: marks,
      style: StyleMeasures(of: [reading.soundingNotes]), notes: reading.notes)
  }
}
