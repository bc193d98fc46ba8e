public import Foundation

/// One sitting of recording, one import or one generation, as it is to be stored.
public struct NewSession: Hashable, Sendable {
  /// What made the takes of a session.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case recording
    case importing = "import"
    case generation
  }

  /// What makes its takes.
  public var kind: Kind

  /// When it began; stored to the millisecond.
  public var startedAt: Date

  /// Its name: a port, a file, a model.
  public var name: String

  /// Whether it is held out from the beginning; never for a generation.
  public var heldOut: Bool

  /// A session of this kind, begun at `startedAt`.
  public init(kind: Kind, name: String, startedAt: Date, heldOut: Bool = false) {
    self.kind = kind
    self.name = name
    self.startedAt = startedAt
    self.heldOut = heldOut
  }
}

/// One stored session.
public struct SessionSummary: Hashable, Sendable, Identifiable {
  /// Its number, from 1.
  public let id: Int64

  /// What made its takes.
  public let kind: NewSession.Kind

  /// Its name: a port, a file, a model.
  public let name: String

  /// When it began.
  public let startedAt: Date

  /// When it was held out; nil if it was not.
  public let heldOutAt: Date?

  /// How many finished takes it has.
  public let takes: Int

  /// The playing time of these together, in nanoseconds, without long silences.
  public let nanoseconds: Int64

  /// Whether it is held out.
  public var heldOut: Bool { heldOutAt != nil }
}
