package import Work

/// How a model generates takes.
public struct TakeSettings: Hashable, Sendable {
  /// How many takes, generated side by side.
  public var count = 4
  /// How long each take is, in seconds; it ends on a silence soon after.
  public var seconds = 30.0
  /// Divides the logits: 1 is as the model was trained.
  public var temperature = 1.0
  /// The likeliest events that together have this share are drawn from, above 0 and up to 1.
  public var topP = 1.0
  /// The arithmetic; `nil` for what this processor does fastest.
  public var precision: ComputePrecision?

  /// Four takes of thirty seconds.
  public init() {}

  /// Checks the bounds of every number.
  ///
  /// - Throws: `WrongValue`.
  public func check() throws {
    try Setting.count.require(count, in: 1...256)
    try Setting.seconds.require(seconds, in: 1...3600)
    try Setting.temperature.require(temperature, in: 0.05...5)
    try Setting.topP.require(
      topP, in: Double.leastNonzeroMagnitude...1, saying: "above 0 and up to 1")
  }
}

extension Setting {
  package static let count = Setting("count")
  package static let seconds = Setting("seconds")
  package static let temperature = Setting("temperature")
  package static let topP = Setting("topP")
}
