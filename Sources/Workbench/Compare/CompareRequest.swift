public import Player
import Rounds
import Work

/// Who is compared: a model, or the musician.
public enum Contestant: Hashable, Sendable {
  case model(ModelName)
  /// The musician's own playing.
  case me

  /// Reads "me", "base", "current", a round's number or a .safetensors file; `nil` for none of them.
  public init?(_ text: String) {
    guard text != "me" else {
      self = .me
      return
    }
    guard let model = ModelName(text) else { return nil }
    self = .model(model)
  }
}

/// What to compare and how thoroughly.
public struct CompareRequest: Sendable {
  /// What is compared with: the older round, the base.
  public var a: Contestant
  /// What is asked about: the newer round.
  public var b: Contestant
  /// Minutes that each model plays for it.
  public var minutes = TuneSettings().varietyMinutes
  /// The seed of what they play; the same for both, so that they differ by their weights alone.
  public var seed = ModelSample.seed
  /// The arithmetic that held-out takes are read in; `nil` for what this processor does fastest.
  public var precision: ComputePrecision?

  /// Twenty minutes of each.
  public init(_ a: Contestant, _ b: Contestant) {
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
