public import Foundation
import GRDB

/// A blind comparison of two models' takes, with the musician's answers.
public struct BlindPair: Hashable, Sendable {
  /// One of the two.
  public enum Side: String, Hashable, Sendable {
    case a
    case b
  }

  /// The take that model A played.
  public var takeA: Int64

  /// The take that model B played, from the same primer and seed.
  public var takeB: Int64

  /// Which was played first.
  public var first: Side

  /// Which sounds more like the musician; nil when they could not decide.
  public var moreMe: Side?

  /// Which they like more; nil when they like both equally.
  public var liked: Side?

  /// A pair with the musician's answers.
  public init(takeA: Int64, takeB: Int64, first: Side, moreMe: Side?, liked: Side?) {
    self.takeA = takeA
    self.takeB = takeB
    self.first = first
    self.moreMe = moreMe
    self.liked = liked
  }
}

// Blind comparisons: storing and reading them.

extension TakeLibrary {
  /// Stores a blind comparison.
  ///
  /// - Throws: ``LibraryError/refused(doing:path:rule:)`` when a take is not a model's, or both are
  ///   the same.
  public func add(_ pair: BlindPair, at date: Date) throws {
    try write("store a blind comparison in", sealing: [.blindPair]) { db in
      for take in [pair.takeA, pair.takeB] { try require("take", take, db) }
      try db.execute(
        sql: """
          INSERT INTO blindPair (takeA, takeB, first, moreMe, liked, at) VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          pair.takeA, pair.takeB, pair.first.rawValue, pair.moreMe?.rawValue,
          pair.liked?.rawValue, date.libraryNanoseconds,
        ])
    }
  }

  /// The pairs of two models, named as in their takes, oldest first; A and B are exchanged in pairs of
  /// `modelB` and `modelA`.
  public func blindPairs(of modelA: String, and modelB: String) throws -> [BlindPair] {
    try read("read the blind comparisons of") { db in
      try requireIntact([.blindPair], db)
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT blindPair.*, a.model = ?1 AS isStraight
          FROM blindPair JOIN take AS a ON a.id = takeA JOIN take AS b ON b.id = takeB
          WHERE (a.model, b.model) IN (VALUES (?1, ?2), (?2, ?1)) ORDER BY blindPair.id
          """, arguments: [modelA, modelB])
      return try rows.map { row in
        let pair = try BlindPair(row: row)
        return row["isStraight"] ? pair : pair.turned
      }
    }
  }
}

extension BlindPair {
  fileprivate init(row: Row) throws {
    func side(_ column: String) -> Side? { (row[column] as String?).flatMap(Side.init) }
    self.init(
      takeA: row["takeA"], takeB: row["takeB"], first: try row.word("first"),
      moreMe: side("moreMe"), liked: side("liked"))
  }

  /// The pair with A and B exchanged.
  fileprivate var turned: BlindPair {
    func other(_ side: Side) -> Side { side == .a ? .b : .a }
    return BlindPair(
      takeA: takeB, takeB: takeA, first: other(first), moreMe: moreMe.map(other),
      liked: liked.map(other))
  }
}
