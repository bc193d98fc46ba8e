public import Player
package import Work

/// When and how a model answers.
public struct DuetSettings: Hashable, Codable, Sendable {
  /// It answers when it finds the silence so long that you would still be silent with this probability only,
  /// above 0 and under 1.
  public var patience = 0.01
  /// The length of an answer in seconds; `nil` for about that of your phrase, from 2 to 12.
  public var seconds: Double?
  /// You play so many seconds and it plays as many, strictly; `nil` for when it finds you silent.
  public var tradeSeconds: Double?
  /// Whether it goes on when you play, and listens; otherwise it gives way.
  public var together = false
  /// Whether it answers at all.
  public var answers = true
  /// What the logits are divided by; 1 is the distribution that the model was trained on.
  public var temperature = 1.0
  /// Only the likeliest events that together have this probability are drawn from, above 0 and up to 1.
  public var topP = 1.0

  /// What is asked of the answers, over the time of each.
  public var controls = Controls()

  /// Call and response.
  public init() {}

  /// Checks the bounds of every setting.
  ///
  /// - Throws: `WrongValue`.
  package func check() throws {
    try Setting.patience.require(patience, in: 1e-9...0.9)
    if let seconds { try Setting.length.require(seconds, in: 1...60) }
    if let tradeSeconds { try Setting.trade.require(tradeSeconds, in: 1...60) }
    try Setting.temperature.require(temperature, in: 0.05...5)
    try Setting.topP.require(
      topP, in: Double.leastNonzeroMagnitude...1, saying: "above 0 and up to 1")
  }
}

extension Setting {
  package static let patience = Setting("patience")
  package static let length = Setting("length")
  package static let trade = Setting("trade")
  package static let delay = Setting("delay")
}
