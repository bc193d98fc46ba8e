public import Player
public import Rounds
import Work

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
  /// Whether to choose again what is set aside for judging.
  public var choosesAgain = false
  /// Whether to let the model play at each look at the held-out takes, into `exports/sketches`.
  public var sketches = false
  /// What it starts from: the base, or a round by name. What it is pulled to is the base always.
  public var start = ModelName.base
  /// The bounds of its data; taken away by experiments only.
  package var guards = TuneGuards()

  /// A round trained with the given settings.
  public init(settings: TuneSettings) {
    self.settings = settings
  }

  /// Checks the bounds of every number.
  ///
  /// - Throws: `WrongValue`.
  func check() throws {
    try settings.check()
    if let minutes { try Setting.minutes.require(minutes, in: Setting.minutesOfTraining) }
  }
}
