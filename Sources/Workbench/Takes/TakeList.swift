public import Foundation
import Library
import MIDI
import Performance
import Terminal

/// Which takes to list.
public struct TakeFilter: Sendable {
  /// Who plays.
  public enum Origin: String, CaseIterable, Codable, Sendable {
    case played, generated, mixed
  }

  /// Only takes of this origin.
  public var origin: Origin?
  /// Only takes whose source has these letters in its name.
  public var search: String?
  /// At most this many; 0 for all.
  public var limit: Int

  /// Takes of an origin, with letters in their source's name, newest first.
  public init(origin: Origin? = nil, search: String? = nil, limit: Int = 0) {
    self.origin = origin
    self.search = search
    self.limit = limit
  }
}

/// One take as a line of a list.
public struct TakeLine: Codable, Sendable {
  /// Its number.
  public var number: Int64
  /// played, generated or mixed.
  public var origin: TakeFilter.Origin
  /// When it began.
  public var startedAt: Date
  /// How long it is, in seconds.
  public var seconds: Double
  /// Its notes.
  public var notes: Int
  /// The file or the model that it comes from.
  public var source: String
  /// Whether it is set aside for judging.
  public var heldOut: Bool
  /// keep or discard, as last said and not undone.
  public var judgement: String?
  /// 1 to 5, as last given.
  public var rating: Int?
  /// The musician's words, as last given.
  public var note: String?

  init(_ take: TakeSummary) {
    number = take.number
    origin = TakeFilter.Origin(take.origin)
    startedAt = take.startedAt
    seconds = Double(take.nanoseconds) / 1e9
    notes = take.noteCount
    heldOut = take.heldOut
    judgement = take.judgement?.rawValue
    rating = take.rating
    note = take.note
    source =
      take.generation.map { made in
        made.model + (made.primer.map { " after \($0)" } ?? "")
      } ?? take.source?.name ?? take.sessionName
  }
}

extension TakeLine {
  /// "held-out", "keep 4", "discard", "3".
  var standing: String {
    let words = heldOut ? ["held-out"] : [judgement, rating.map { "\($0)" }].compactMap(\.self)
    return words.joined(separator: " ")
  }
}

extension TakeFilter.Origin {
  init(_ origin: Library.Origin) {
    switch origin {
    case .played: self = .played
    case .generated: self = .generated
    case .mixed: self = .mixed
    }
  }

  var stored: Library.Origin {
    switch self {
    case .played: .played
    case .generated: .generated
    case .mixed: .mixed
    }
  }
}

/// A list of takes, newest first, and what the library holds in all.
public struct TakeList: Codable, Sendable {
  /// The takes.
  public var takes: [TakeLine]
  /// Takes in the library in all.
  public var total: Int
  /// Seconds of playing in the library, by a person.
  public var playedSeconds: Double
  /// The takes from afar, by number, when they were asked for; only ever drawn.
  var shapes: [Int64: TakeShape] = [:]

  private enum CodingKeys: CodingKey {
    case takes, total, playedSeconds
  }
}

extension TakeList: CustomStringConvertible {
  /// The result as a person reads it.
  public var description: String {
    var lines = takes.map { take in
      let cells = [
        Self.cell("\(take.number)", 6, right: true), Self.day(take.startedAt),
        Self.cell(Clock.text(seconds: take.seconds), 7, right: true),
        Self.cell("\(take.notes)", 6, right: true), Self.cell(take.origin.rawValue, 9),
        Self.cell(take.standing, 10), take.source.printable,
      ]
      return cells.joined(separator: "  ")
    }
    if !lines.isEmpty {
      let head = [
        Self.cell("take", 6, right: true), Self.cell("day", 10),
        Self.cell("length", 7, right: true),
        Self.cell("notes", 6, right: true), Self.cell("origin", 9), Self.cell("", 10), "from",
      ]
      lines.insert(head.joined(separator: "  "), at: 0)
    }
    lines.append(totals)
    return lines.joined(separator: "\n")
  }

  /// "27 takes, 12 shown; 2.0 hours played".
  var totals: String {
    let more = total > takes.count ? ", \(takes.count) shown" : ""
    return "\(Clock.count(total, "take"))\(more); \(Clock.words(seconds: playedSeconds)) played"
  }

  /// "2026-11-25".
  static func day(_ date: Date) -> String {
    date.formatted(
      Date.ISO8601FormatStyle(timeZone: .current).year().month().day().dateSeparator(.dash))
  }

  private static func cell(_ text: String, _ width: Int, right: Bool = false) -> String {
    let padding = String(repeating: " ", count: max(0, width - text.count))
    return right ? padding + text : text + padding
  }
}

extension Project {
  /// Lists takes, newest first.
  ///
  /// - Parameter withShapes: Whether the list will be drawn, and each take needs its shape.
  /// - Throws: `LibraryError`.
  public func takes(matching filter: TakeFilter, withShapes: Bool = false) throws -> TakeList {
    let found = try library.takes(
      matching: TakeQuery(
        origin: filter.origin?.stored, search: filter.search,
        limit: filter.limit > 0 ? filter.limit : nil))
    return TakeList(
      takes: found.map(TakeLine.init), total: try library.totals(origin: nil).takes,
      playedSeconds: Double(try library.totals(origin: .played).nanoseconds) / 1e9,
      shapes: withShapes
        ? try library.shapes(of: found.map(\.number), parts: TakeList.parts) : [:])
  }

  /// The take of a name; `last` for a primer is the last that is not set aside.
  ///
  /// - Throws: ``WorkbenchError/noSuchTake(number:)``, ``WorkbenchError/noTakes(project:)``.
  func summary(of name: TakeName, forPrimer: Bool = false) throws -> TakeSummary {
    switch name {
    case .number(let number):
      guard let take = try library.take(number) else {
        throw WorkbenchError.noSuchTake(number: number)
      }
      return take
    case .last:
      let query = TakeQuery(
        origin: forPrimer ? .played : nil, limit: 1, heldOut: forPrimer ? false : nil)
      guard let take = try library.takes(matching: query).first else {
        throw WorkbenchError.noTakes(project: settings.name)
      }
      return take
    }
  }
}

/// What there is to know of a project at a glance.
public struct ProjectSummary: Codable, Sendable {
  /// Its name.
  public var name: String
  /// Its folder.
  public var folder: String
  /// The template it was made from.
  public var template: String
  /// Takes in its library.
  public var takes: Int
  /// Seconds of playing by a person.
  public var playedSeconds: Double
}

extension ProjectSummary: CustomStringConvertible {
  /// The result as a person reads it.
  public var description: String {
    takes == 0
      ? "project \(name.printable), from the template \(template.printable), is in "
        + "\(folder.printable)\n"
        + "bring playing in with: woodshed import PATH"
      : "project \(name.printable) in \(folder.printable): \(Clock.count(takes, "take")), "
        + "\(Clock.words(seconds: playedSeconds)) played"
  }
}

extension Project {
  /// What there is to know of the project at a glance.
  ///
  /// - Throws: `LibraryError`.
  public func summary() throws -> ProjectSummary {
    ProjectSummary(
      name: settings.name, folder: folder.plainPath, template: settings.template,
      takes: try library.totals(origin: nil).takes,
      playedSeconds: Double(try library.totals(origin: .played).nanoseconds) / 1e9)
  }
}
