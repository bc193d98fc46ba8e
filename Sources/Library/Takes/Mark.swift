import GRDB

/// A marked moment of a take.
public struct Mark: Hashable, Sendable {
  /// The reason for a mark.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The musician set it.
    case bookmark
    /// A keyboard was unplugged; its sounding notes were ended here.
    case unplugged
    /// Events were lost just before by a buffer overrun in the system.
    case overrun
    /// The recording broke off here and was finished later.
    case interrupted
  }

  /// The reason for the mark.
  public var kind: Kind

  /// When, in nanoseconds since the take began.
  public var nanoseconds: Int64

  /// A detail, such as the name of a keyboard.
  public var text: String?

  /// A mark at `nanoseconds` since the take began.
  public init(kind: Kind, nanoseconds: Int64, text: String? = nil) {
    self.kind = kind
    self.nanoseconds = nanoseconds
    self.text = text
  }
}

extension TakeLibrary {
  /// Adds a mark to a take, open or finished.
  public func add(_ mark: Mark, to take: Int64) throws {
    try write("mark a take in", sealing: [.mark]) { db in
      try require("take", take, db)
      try db.execute(
        sql: "INSERT INTO mark (take, nanoseconds, kind, text) VALUES (?, ?, ?, ?)",
        arguments: [take, mark.nanoseconds, mark.kind.rawValue, mark.text])
    }
  }

  /// The marks of a take, in order of time.
  public func marks(of take: Int64) throws -> [Mark] {
    try read("read the marks of a take of") { db in
      try requireIntact([.mark], db)
      try require("take", take, db)
      return try Row.fetchAll(
        db, sql: "SELECT * FROM mark WHERE take = ? ORDER BY nanoseconds, id", arguments: [take]
      ).map { row in
        Mark(kind: try row.word("kind"), nanoseconds: row["nanoseconds"], text: row["text"])
      }
    }
  }
}
