public import Foundation
import GRDB

/// Keep or discard.
public enum Judgement: String, Hashable, Sendable, CaseIterable {
  case keep
  case discard
}

/// A verdict of the musician's on a take; verdicts are never changed or removed.
public struct Verdict: Hashable, Sendable, Identifiable {
  /// The content of a verdict.
  public enum Content: Hashable, Sendable {
    /// Keeps the take, or only a phrase of it, in nanoseconds since the take began.
    case keep(phrase: Range<Int64>?)
    /// Discards the take.
    case discard
    /// Rates the take, 1 to 5.
    case rating(Int)
    /// A note in words.
    case note(String)
    /// Undoes the verdict of this number.
    case undo(verdict: Int64)
  }

  /// Its number, from 1, in the order in which verdicts were given.
  public let id: Int64

  /// The take it is about.
  public let take: Int64

  /// When it was given.
  public let at: Date

  /// Its content.
  public let content: Content

  /// The round that was in use, nil for the base.
  public let round: Int?
}

/// The combined effect of all verdicts on a take that are not undone.
public struct StandingVerdict: Hashable, Sendable {
  /// The last keep or discard.
  public var judgement: Judgement?

  /// The phrases kept, in nanoseconds since the take began and in the order they were kept; empty
  /// when the whole take is kept or none of it. Keeping phrases adds up, and those that overlap are
  /// one; keeping the whole take or discarding it ends that.
  public var phrases: [Range<Int64>] = []

  /// The last rating, 1 to 5.
  public var rating: Int?

  /// The last note.
  public var note: String?

  /// No verdict yet.
  public init() {}

  /// Combines `contents`, oldest first and without those undone.
  public init(_ contents: [Verdict.Content]) {
    for content in contents {
      switch content {
      case .keep(let phrase):
        judgement = .keep
        phrases = phrase.map(phrases.joined) ?? []
      case .discard:
        judgement = .discard
        phrases = []
      case .rating(let rating): self.rating = rating
      case .note(let note): self.note = note
      case .undo: break
      }
    }
  }
}

extension [Range<Int64>] {
  /// These phrases and another one, which is made one with those that it overlaps, at the place of the first.
  fileprivate func joined(_ phrase: Range<Int64>) -> Self {
    let apart = filter { !$0.overlaps(phrase) }
    guard let first = firstIndex(where: { $0.overlaps(phrase) }) else { return self + [phrase] }
    let whole = filter { $0.overlaps(phrase) }.reduce(phrase) {
      Swift.min($0.lowerBound, $1.lowerBound)..<Swift.max($0.upperBound, $1.upperBound)
    }
    return apart[..<first] + [whole] + apart[first...]
  }
}

// MARK: - Rows

extension Verdict {
  init(row: Row) throws {
    let kind: String = row["kind"]
    let content: Content =
      switch kind {
      case "keep": .keep(phrase: row.phrase())
      case "discard": .discard
      case "rating": .rating(row["rating"])
      case "note": .note(row["note"])
      case "undo": .undo(verdict: row["undoes"])
      default:
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a verdict of kind \(kind)")
      }
    self.init(
      id: row["id"], take: row["take"], at: Date(libraryNanoseconds: row["at"]),
      content: content,
      round: row["round"])
  }
}

extension Verdict.Content {
  /// The columns kind, rating, note, fromNanoseconds, toNanoseconds and undoes.
  var columns: StatementArguments {
    switch self {
    case .keep(let phrase): ["keep", nil, nil, phrase?.lowerBound, phrase?.upperBound, nil]
    case .discard: ["discard", nil, nil, nil, nil, nil]
    case .rating(let rating): ["rating", rating, nil, nil, nil, nil]
    case .note(let note): ["note", nil, note, nil, nil, nil]
    case .undo(let verdict): ["undo", nil, nil, nil, nil, verdict]
    }
  }
}
