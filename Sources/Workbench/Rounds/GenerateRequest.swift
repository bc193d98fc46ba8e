package import Work

/// What takes a model is asked for.
public struct GenerateRequest: Sendable {
  /// How many takes, played side by side.
  public var count = 4
  /// How long each take is, in seconds; it ends on a silence soon after.
  public var seconds = 30.0
  /// Divides the logits: 1 plays as the model was trained.
  public var temperature = 1.0
  /// The likeliest events that together have this share are drawn from, above 0 and up to 1.
  public var topP = 1.0
  /// A take's number, "last", or a MIDI file to go on from; `nil` starts from silence.
  public var after: String?
  /// The model that plays.
  public var model = ModelName.current
  /// The seed; `nil` draws one, which is kept with the takes.
  public var seed: UInt64?
  /// The arithmetic; `nil` for what this processor does fastest.
  public var precision: ComputePrecision?

  /// Four takes of thirty seconds by the current model, from silence.
  public init() {}

  /// Checks the bounds of every number.
  ///
  /// - Throws: `WrongValue`.
  func check() throws {
    func require(_ setting: Setting, _ value: Double, _ isFine: Bool, _ bounds: String) throws {
      guard isFine else {
        let shown = value == value.rounded() ? "\(Int(value))" : "\(value)"
        throw WrongValue(setting, value.isFinite ? shown : "\(value)", mustBe: bounds)
      }
    }
    try require(.count, Double(count), (1...256).contains(count), "from 1 to 256")
    try require(.seconds, seconds, (1...3600).contains(seconds), "from 1 to 3600")
    try require(
      .temperature, temperature, (0.05...5).contains(temperature), "from 0.05 to 5")
    try require(.topP, topP, topP > 0 && topP <= 1, "above 0 and up to 1")
  }
}

extension Setting {
  package static let count = Setting("count")
  package static let seconds = Setting("seconds")
  package static let temperature = Setting("temperature")
  package static let topP = Setting("topP")
}

/// The arithmetic that a network computes in.
public enum ComputePrecision: String, CaseIterable, Codable, Sendable {
  case float32, bfloat16
  /// To generate and to judge in, not to train.
  case int8
}

/// How a round is asked for.
public struct TuneRequest: Sendable {
  /// How to train.
  public var settings: TuneSettings
  /// The arithmetic; `nil` for what this processor does fastest.
  public var precision: ComputePrecision?
  /// Minutes after which training stops; `nil` for no bound.
  public var minutes: Double?
  /// Whether to go on with an interrupted tuning.
  public var resume = false
  /// Whether to let the model play at each look at the held-out takes, into `exports/sketches`.
  public var sketches = false
  /// What it starts from: the base, or a round by name. What it is pulled to is the base always.
  public var start = ModelName.base
  /// The bounds of its data; taken away by experiments only.
  var guards = TuneGuards()

  /// A round trained with the given settings.
  public init(settings: TuneSettings) {
    self.settings = settings
  }
}
