package import Work

/// How a model plays takes.
public struct TakeSettings: Hashable, Sendable {
  /// How many takes, played side by side.
  public var count = 4
  /// How long each take is, in seconds; it ends on a silence soon after.
  public var seconds = 30.0
  /// Divides the logits: 1 plays as the model was trained.
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
    func require(_ setting: Setting, _ value: Double, _ isFine: Bool, _ bounds: String) throws {
      guard isFine else {
        let isWhole = value == value.rounded() && abs(value) < 1e15
        throw WrongValue(setting, isWhole ? "\(Int(value))" : "\(value)", mustBe: bounds)
      }
    }
    guard (1...256).contains(count) else {
      throw WrongValue(.count, "\(count)", mustBe: "from 1 to 256")
    }
    try require(.seconds, seconds, (1...3600).contains(seconds), "from 1 to 3600")
    try require(.temperature, temperature, (0.05...5).contains(temperature), "from 0.05 to 5")
    try require(.topP, topP, topP > 0 && topP <= 1, "above 0 and up to 1")
  }
}

extension Setting {
  package static let count = Setting("count")
  package static let seconds = Setting("seconds")
  package static let temperature = Setting("temperature")
  package static let topP = Setting("topP")
}
