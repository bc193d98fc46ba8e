public import Player
import Rounds
import Work

/// What to compare and how thoroughly.
public struct CompareRequest: Sendable {
  /// What is compared with: the older round, the base.
  public var a: PlayerName
  /// What is asked about: the newer round.
  public var b: PlayerName
  /// Minutes that each model plays for it.
  public var minutes = TuneSettings().varietyMinutes
  /// The seed of what they play; the same for both, so that they differ by their weights alone.
  public var seed = ModelSample.seed
  /// The arithmetic that held-out takes are read in; `nil` for what this processor does fastest.
  public var precision: ComputePrecision?

  /// Twenty minutes of each.
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
