/// A fault found in a library.
public struct LibraryFault: Hashable, Sendable {
  /// The kind of a fault.
  public enum Kind: String, Hashable, Sendable {
    /// The structure of SQLite's file is damaged.
    case file
    /// An index does not match its table; it can be rebuilt.
    case index
    /// A row refers to one that does not exist.
    case reference
    /// A table is missing or differs from the schema.
    case table
    /// An index, view or trigger is missing or differs from the schema; it can be made again.
    case rule
    /// There is a foreign trigger, which may change data.
    case strangeRule
    /// A row does not match its seal, or is missing.
    case record
    /// The events of a take do not match their digest.
    case events
    /// The notes of a take do not match their seal; they may be restored from its events.
    case notes
    /// A held-out take was trained on or used as a primer.
    case heldOut
  }

  /// The kind of fault.
  public let kind: Kind

  /// The fault in a few words, without a full stop.
  public let text: String

  /// The take concerned, if any.
  public let take: Int64?

  init(_ kind: Kind, _ text: String, take: Int64? = nil) {
    self.kind = kind
    self.text = text
    self.take = take
  }
}
