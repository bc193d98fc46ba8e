import Disk
public import Foundation
import Library
import MIDI
import Performance
package import Work

/// Which takes to list.
public struct TakeFilter: Sendable {
  /// Who plays.
  public enum Origin: String, CaseIterable, Codable, Sendable {
    case played, generated, mixed
  }

  /// What the musician has said.
  public enum Verdict: String, CaseIterable, Sendable {
    /// Kept, wholly or a phrase of them.
    case kept
    /// Discarded.
    case discarded
    /// Neither kept nor discarded.
    case unjudged
  }

  /// Only takes of this origin.
  public var origin: Origin?
  /// Only takes whose source has these letters in its name.
  public var search: String?
  /// Only takes with this last verdict.
  public var verdict: Verdict?
  /// Only takes with this last rating or a better one, 1…5.
  public var leastRating: Int?
  /// Only takes that this round's model generated.
  public var round: Int?
  /// Only takes that began since then.
  public var since: Since?
  /// Only takes that are set aside for judging, or the others.
  public var heldOut: Bool?
  /// Only takes that came before the one of this number.
  public var before: Int64?
  /// At most this many; 0 for all.
  public var limit: Int

  /// Takes of an origin, with letters in their source's name, newest first.
  public init(origin: Origin? = nil, search: String? = nil, limit: Int = 0) {
    self.origin = origin
    self.search = search
    self.limit = limit
  }
}

extension Project {
  /// The takes that are set aside for judging; where there are none, a remark says why.
  ///
  /// - Throws: `LibraryError`.
  public func heldOutTakes(withShapes: Bool = false) throws -> TakeList {
    var filter = TakeFilter()
    filter.heldOut = true
    var list = try takes(matching: filter, withShapes: withShapes)
    if list.takes.isEmpty {
      list.remark =
        try library.rounds().isEmpty
        ? "nothing is set aside yet: the first round chooses it"
        : "nothing is set aside: there was too little playing for it when the rounds were made"
    }
    return list
  }
}

extension TakeFilter {
  /// The query for the library, after checking that ``round`` exists in it.
  ///
  /// - Throws: `WrongValue`, ``WorkbenchError/noSuchRound(name:)``, `LibraryError`.
  func query(of library: TakeLibrary) throws -> TakeQuery {
    try Setting.limit.require(limit, in: 0...Int.max, saying: "1 or more, or 0 for all")
    if let leastRating { try Setting.rating.require(leastRating, in: 1...5) }
    if let round { try Setting.round.require(round, in: 1...Int.max, saying: "1 or more") }
    if let round, try library.round(number: round) == nil {
      throw WorkbenchError.noSuchRound(name: "\(round)")
    }
    return TakeQuery(
      origin: origin?.stored, search: search, limit: limit > 0 ? limit : nil,
      heldOut: heldOut, verdict: verdict?.stored, round: round, leastRating: leastRating,
      since: since?.date(), before: before)
  }
}

extension TakeFilter.Verdict {
  fileprivate var stored: TakeQuery.Verdict {
    switch self {
    case .kept: .judged(.keep)
    case .discarded: .judged(.discard)
    case .unjudged: .unjudged
    }
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
  /// The number of the session that it belongs to.
  public var session: Int64
  /// The session's name: a port, a file, a model.
  public var sessionName: String
  /// Whether it is set aside for judging.
  public var heldOut: Bool
  /// keep or discard, as last said and not undone.
  public var judgement: String?
  /// 1 to 5, as last given.
  public var rating: Int?
  /// The musician's words, as last given.
  public var note: String?
  /// How a model generated it; `nil` for a played take.
  public var made: Making?

  /// What is needed to generate the take again.
  public struct Making: Codable, Hashable, Sendable {
    /// The model as it was named: base, a round, a file.
    public var model: String
    /// The round's number, if the model was a round.
    public var round: Int?
    /// The seed of the call.
    public var seed: UInt64
    /// Which of the call's takes it is, from 0.
    public var stream: Int
    /// The sampling temperature.
    public var temperature: Double
    /// The share of the likeliest events that were drawn from, above 0 and up to 1.
    public var topP: Double
    /// The name of its primer; `nil` for silence.
    public var primer: String?
    /// The primer's take, if it was one.
    public var primerTake: Int64?
    /// The end of the primer in that take, in seconds; `nil` for the end of the take.
    public var primerSeconds: Double?
    /// SHA-256 of the weights.
    public var weights: String?

    init(_ generation: Generation) {
      model = generation.model
      round = generation.round
      seed = generation.seed
      stream = generation.stream
      temperature = generation.temperature
      topP = generation.topP
      primer = generation.primer
      primerTake = generation.primerTake
      primerSeconds = generation.primerEnd.map { Double($0) / 1e9 }
      weights = generation.modelDigest
    }
  }

  init(_ take: TakeSummary) {
    number = take.number
    origin = TakeFilter.Origin(take.origin)
    startedAt = take.startedAt
    seconds = Double(take.nanoseconds) / 1e9
    notes = take.noteCount
    session = take.session
    sessionName = take.sessionName
    heldOut = take.heldOut
    judgement = take.judgement?.rawValue
    rating = take.rating
    note = take.note
    made = take.generation.map(Making.init)
    source =
      take.generation.map { made in
        made.model + (made.primer.map { " after \($0)" } ?? "")
      } ?? take.source?.name ?? take.sessionName
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
  /// Why there are no takes, where that is known.
  public var remark: String?
  /// The shapes of the takes by number, if they were asked for; only for drawing.
  var shapes: [Int64: TakeShape] = [:]

  private enum CodingKeys: CodingKey {
    case takes, total, playedSeconds, remark
  }
}

extension Project {
  /// Lists takes, newest first.
  ///
  /// - Parameter withShapes: Whether the list will be drawn, and each take needs its shape.
  /// - Throws: `WrongValue`, ``WorkbenchError/noSuchRound(name:)``, `LibraryError`.
  public func takes(matching filter: TakeFilter, withShapes: Bool = false) throws -> TakeList {
    let found = try library.takes(matching: filter.query(of: library))
    return TakeList(
      takes: found.map(TakeLine.init), total: try library.totals(origin: nil).takes,
      playedSeconds: Double(try library.totals(origin: .played).nanoseconds) / 1e9,
      shapes: withShapes
        ? try library.shapes(of: found.map(\.number), parts: TakeList.parts) : [:])
  }

  /// The take of a name; `last` is the one that came last, for a primer the last that was played and
  /// is not set aside.
  ///
  /// - Throws: ``WorkbenchError/noSuchTake(number:)``, ``WorkbenchError/deletedTake(number:on:copy:)``,
  ///   ``WorkbenchError/noTakes(project:)``.
  func summary(of name: TakeName, forPrimer: Bool = false) throws -> TakeSummary {
    switch name {
    case .number(let number):
      guard let take = try library.take(number) else {
        guard let deleted = try library.deletedTake(number) else {
          throw WorkbenchError.noSuchTake(number: number)
        }
        throw WorkbenchError.deletedTake(
          number: number, on: Readable.day(deleted.at),
          copy: folder.appending(path: deleted.copy).plainPath)
      }
      return take
    case .last:
      let query = TakeQuery(
        origin: forPrimer ? .played : nil, limit: 1, heldOut: forPrimer ? false : nil)
      guard let take = try library.takes(matching: query).first else {
        if forPrimer, try library.totals(origin: nil).takes > 0 {
          throw WorkbenchError.nobodyPlayed(
            doing: "go on from your last take that is not set aside")
        }
        throw WorkbenchError.noTakes(project: settings.name)
      }
      return take
    }
  }
}

extension Setting {
  package static let limit = Setting("limit")
  package static let round = Setting("round")
}

/// A summary of a project.
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

extension Project {
  /// The project's summary.
  ///
  /// - Throws: `LibraryError`.
  public func summary() throws -> ProjectSummary {
    ProjectSummary(
      name: settings.name, folder: folder.plainPath, template: settings.template,
      takes: try library.totals(origin: nil).takes,
      playedSeconds: Double(try library.totals(origin: .played).nanoseconds) / 1e9)
  }
}
