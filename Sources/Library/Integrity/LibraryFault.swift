/// One thing that is wrong with a library.
public struct LibraryFault: Hashable, Sendable {
  /// What is wrong.
  public enum Kind: String, Hashable, Sendable {
    /// SQLite's own structure of the file.
    case file
    /// An index does not have the rows of its table; it can be made again.
    case index
    /// A row names another that is not there.
    case reference
    /// A table is not the one that woodshed made.
    case table
    /// An index, view or trigger is not the one that woodshed made; it can be made again.
    case rule
    /// There is a trigger that is none of woodshed's, and acts by itself.
    case strangeRule
    /// A row is not as it was written, or gone.
    case record
    /// The events of a take are not those that were written.
    case events
    /// The notes of a take are not those that were written; they may be read out of its events again.
    case notes
    /// What is set aside for judging was trained on or played on from.
    case heldOut
  }

  /// What is wrong.
  public let kind: Kind

  /// What is wrong, in a few words without a full stop.
  public let text: String

  /// The take that it is about.
  public let take: Int64?

  init(_ kind: Kind, _ text: String, take: Int64? = nil) {
    self.kind = kind
    self.text = text
    self.take = take
  }
}
