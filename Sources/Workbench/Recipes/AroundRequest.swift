public import Player
import Work

/// A request for takes that are played around one of the musician's own.
public struct AroundRequest: Hashable, Codable, Sendable {
  /// What stays of the take.
  public enum Kind: Hashable, Codable, Sendable {
    /// All of it; the model accompanies it with keys on these sides.
    case accompany(Hand)
    /// All but a part, which the model plays anew.
    case infill
    /// Its top line, its bass, and the pitch classes of each second.
    case vary
  }

  /// Where the model plays.
  public enum Hand: String, Hashable, Codable, CaseIterable, Sendable {
    /// Below the line.
    case left
    /// Above the line.
    case right
    /// Anywhere.
    case both
  }

  /// What stays of the take.
  public var kind: Kind
  /// The take: its number or "last".
  public var take: String
  /// How many takes and how they are drawn; their length is the take's.
  public var takes = TakeSettings()
  /// The part in which the model plays, in seconds of the take; `nil` for its beginning and its end.
  public var from: Double?
  /// The end of the part.
  public var to: Double?
  /// The model that plays.
  public var model = ModelName.current
  /// How far from the base to the model; `nil` is the model alone.
  public var dial: Double?
  /// What is asked of what the model plays, together with what stays.
  public var controls = Controls()
  /// A take whose own controls are asked for, where ``controls`` leaves them open.
  public var like: String?
  /// The seed; `nil` draws one.
  public var seed: UInt64?

  /// A request for takes around the take of this name.
  public init(_ kind: Kind, take: String) {
    self.kind = kind
    self.take = take
  }

  /// Checks the bounds of every number.
  ///
  /// - Throws: `WrongValue`.
  func check() throws {
    try takes.check()
    if let dial { try Setting.dial.require(dial, in: -4...4) }
    if let seed { try Setting.requireSeed(seed) }
  }

  /// Completes "cannot".
  var purpose: String {
    switch kind {
    case .accompany: "accompany"
    case .infill: "fill in"
    case .vary: "vary"
    }
  }
}
