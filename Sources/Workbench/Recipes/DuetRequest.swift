public import Capture
public import Duet
public import Player
import Work

/// A request to play with a model, live.
public struct DuetRequest: Hashable, Codable, Sendable {
  /// The model that answers.
  public var model = ModelName.current
  /// How far from the base to the model; `nil` is the model alone.
  public var dial: Double?
  /// When and how it answers.
  public var settings = DuetSettings()
  /// A take whose own controls are asked for, where ``settings`` leave them open.
  public var like: String?
  /// What it plays to: a port, by name or numbers, or `speakers`; `nil` for the only instrument there is, and
  /// where there is none, for a port that other programs connect to.
  public var port: String?
  /// How long after a message the instrument sounds, in milliseconds; `nil` for at once.
  public var delay: Double?
  /// The arithmetic; `nil` for what this processor does fastest.
  public var precision: ComputePrecision?
  /// The seed; `nil` draws one.
  public var seed: UInt64?

  /// Call and response with the current model.
  public init() {}

  /// Checks the bounds of every number.
  ///
  /// - Throws: `WrongValue`.
  func check() throws {
    try settings.check()
    if let delay { try Setting.delay.require(delay, in: 0...2000) }
    if let dial { try Setting.dial.require(dial, in: -4...4) }
    if let seed { try Setting.requireSeed(seed) }
  }
}

extension RecordRequest {
  /// Sets the keys that ask for an answer: "A0 C8".
  ///
  /// - Throws: `WrongValue`.
  public mutating func setSign(_ text: String) throws {
    let keys = try Setting.sign.keys(text)
    guard keys.count <= 10 else {
      throw WrongValue(.sign, text, mustBe: "at most ten keys")
    }
    sign = keys
  }
}
