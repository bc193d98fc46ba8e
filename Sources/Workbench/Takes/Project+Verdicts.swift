public import Foundation
import Library
import MIDI
package import Work

/// A verdict on a take.
public enum NewVerdict: Hashable, Sendable {
  /// Keep it, or only a phrase of it, in seconds since it began; without `from` the phrase begins
  /// with the take, without `to` it ends with it.
  case keep(from: Double? = nil, to: Double? = nil)
  /// It is not worth keeping; no model is ever trained on it.
  case discard
  /// A rating, 1 to 5.
  case rate(Int)
  /// A note in words.
  case note(String)
}

extension Project {
  /// Adds a verdict to each of several takes or, when it throws, to none.
  ///
  /// Verdicts are never changed: a later one replaces an earlier one, which ``undo(of:at:)`` restores. The time
  /// and the round in use are stored with it.
  ///
  /// - Throws: ``WorkbenchError``, `LibraryError`.
  @discardableResult
  public func judge(_ names: [TakeName], _ verdict: NewVerdict, at date: Date = Date()) throws
    -> VerdictReport
  {
    // Who names a take twice says it once.
    var named: Set<Int64> = []
    let takes = try names.map { try summary(of: $0) }.filter { named.insert($0.number).inserted }
    let stored = try takes.first.map { try self.stored(verdict, of: $0, among: takes.count) }
    guard let stored else { return VerdictReport(verdicts: []) }
    try library.say(stored, of: takes.map(\.number), at: date)
    let round = try library.currentRound()?.number
    return VerdictReport(
      verdicts: takes.map { .init(take: $0.number, content: stored, round: round) })
  }

  /// Undoes the last verdict that is not undone, of one take or of all; those of one call are undone together.
  ///
  /// - Throws: ``WorkbenchError/noSuchTake(number:)``, `LibraryError.nothingToUndo`.
  @discardableResult
  public func undo(of name: TakeName? = nil, at date: Date = Date()) throws -> VerdictReport {
    let take = try name.map { try summary(of: $0).number }
    let undone = try library.undoLastVerdicts(of: take, at: date)
    return VerdictReport(
      verdicts: undone.map { .init(take: $0.take, content: $0.content, round: $0.round) },
      isUndone: true)
  }

  /// The verdict as the library stores it, after checking its values.
  private func stored(_ verdict: NewVerdict, of take: TakeSummary, among count: Int) throws
    -> Verdict.Content
  {
    switch verdict {
    case .keep(nil, nil): return .keep(phrase: nil)
    case .keep(let from, let to):
      guard count == 1 else { throw WorkbenchError.partOfMany(doing: "keep", takes: count) }
      let phrase = try TakePart(from: from, until: to).range(in: take, doing: "keep")
      let notes = try library.notes(of: take.number)
      guard notes.contains(where: { $0.start < phrase.upperBound && $0.end > phrase.lowerBound })
      else {
        throw WorkbenchError.silentPart(
          doing: "keep", take: take.number, from: Double(phrase.lowerBound) / 1e9,
          until: Double(phrase.upperBound) / 1e9)
      }
      return .keep(phrase: phrase)
    case .discard: return .discard
    case .rate(let rating):
      try Setting.rating.require(rating, in: 1...5)
      return .rating(rating)
    case .note(let words):
      guard words.contains(where: { !$0.isWhitespace }) else {
        throw WorkbenchError.emptyNote(take: take.number)
      }
      return .note(words)
    }
  }
}

/// Verdicts that were added, or that were undone.
public struct VerdictReport: Codable, Sendable {
  /// One verdict.
  public struct Line: Codable, Hashable, Sendable {
    /// The take's number.
    public var take: Int64
    /// keep, discard, rating or note.
    public var kind: String
    /// Where a kept phrase begins, in seconds since the take began.
    public var from: Double?
    /// Where a kept phrase ends, in seconds since the take began.
    public var to: Double?
    /// 1 to 5.
    public var rating: Int?
    /// The words.
    public var note: String?
    /// The round in use when it was said; `nil` for the base.
    public var round: Int?
  }

  /// The verdicts, in the order of the takes.
  public var verdicts: [Line]
  /// Whether they were undone.
  public var isUndone = false
}

extension VerdictReport.Line {
  init(take: Int64, content: Verdict.Content, round: Int?) {
    self.take = take
    self.round = round
    switch content {
    case .keep(let phrase):
      kind = "keep"
      from = phrase.map { Double($0.lowerBound) / 1e9 }
      to = phrase.map { Double($0.upperBound) / 1e9 }
    case .discard: kind = "discard"
    case .rating(let stars):
      kind = "rating"
      rating = stars
    case .note(let words):
      kind = "note"
      note = words
    case .undo: kind = "undo"
    }
  }

  /// "kept take 12, from 0:14 to 0:31".
  fileprivate var sentence: String {
    switch kind {
    case "keep":
      guard let from, let to else { return "kept take \(take)" }
      return
        "kept take \(take), from \(Readable.text(seconds: from)) to \(Readable.text(seconds: to))"
    case "discard": return "discarded take \(take)"
    case "rating": return "rated take \(take): \(rating ?? 0) of 5"
    default: return "noted of take \(take): \(note ?? "")"
    }
  }
}

extension VerdictReport {
  /// A sentence for each take: "kept take 12, from 0:14 to 0:31".
  package var sentences: [String] {
    verdicts.map { (isUndone ? "undone: " : "") + $0.sentence }
  }
}

extension Setting {
  package static let rating = Setting("rating")
}
