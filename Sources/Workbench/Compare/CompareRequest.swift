public import Player
import Rounds
import Work

/// What to compare and how thoroughly.
public struct CompareRequest: Sendable {
  /// The side that B is compared with: the older round, the base.
  public var a: PlayerName
  /// The side that the comparison is about: the newer round.
  public var b: PlayerName
  /// Minutes that each model plays for it.
  public var minutes = TuneSettings().varietyMinutes
  /// The seed of what they play; the same for both, so that only their weights differ.
  public var seed = ModelSample.seed
  /// The arithmetic that held-out takes are read in; `nil` for what this processor does fastest.
  public var precision: ComputePrecision?

  /// A request for twenty minutes of each.
  public init(_ a: PlayerName, _ b: PlayerName) {
    self.a = a
    self.b = b
  }

  /// Checks the bounds of every number.
  ///
  /// - Throws: `WrongValue`.
  public func check() throws {
    try Setting.minutes.require(minutes, in: 0.1...120)
    try Setting.requireSeed(seed)
  }
}
