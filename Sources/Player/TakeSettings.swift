package import Work

/// How a model generates takes.
public struct TakeSettings: Hashable, Codable, Sendable {
  /// How many takes to generate, side by side.
  public var count = 4
  /// The length of each take in seconds; it ends at a silence soon after.
  public var seconds = 30.0
  /// What the logits are divided by; 1 is the distribution that the model was trained on.
  public var temperature = 1.0
  /// Only the likeliest events that together have this probability are drawn from, above 0 and up to 1.
  public var topP = 1.0
  /// The precision; `nil` for the fastest on this processor.
  public var precision: ComputePrecision?

  /// Four takes of thirty seconds.
  public init() {}

  /// Checks the bounds of every setting.
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
