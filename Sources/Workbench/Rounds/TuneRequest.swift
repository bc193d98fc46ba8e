public import Player
public import Rounds
import Work

/// A request to train a round.
public struct TuneRequest: Sendable {
  /// How to train.
  public var settings: TuneSettings
  /// The arithmetic; `nil` for what this processor does fastest.
  public var precision: ComputePrecision?
  /// Minutes after which training stops; `nil` for no limit.
  public var minutes: Double?
  /// Whether to resume an interrupted tuning.
  public var resume = false
  /// Whether to choose the held-out takes again.
  public var choosesAgain = false
  /// Whether to let the model play at each evaluation, into `exports/sketches`.
  public var sketches = false
  /// What training starts from: the base, or a round by name. The weights are always pulled toward the base.
  public var start = ModelName.base
  /// The gauge that the round is trained toward; `nil` for none. Such a round has two passes at most, leaves
  /// kept takes out, and is always a candidate.
  public var toward: Toward?
  /// How much is played for a round toward a gauge; only tests change it.
  var extent = TowardAim.Extent()
  /// The bounds of its data; only experiments lift them.
  package var guards = TuneGuards()

  /// A request for a round with the given settings.
  public init(settings: TuneSettings) {
    self.settings = settings
  }

  /// How strongly takes may be pulled toward a gauge that a round is trained toward.
  static let strengths = -3.0...3.0

  /// The settings, as a round toward a gauge needs them.
  var settingsToUse: TuneSettings {
    guard toward != nil else { return settings }
    var settings = settings
    settings.passes = min(settings.passes, TowardTraining.mostPasses)
    settings.folds = 0
    settings.repertoire = false
    settings.earlyStopping = false
    settings.keptWeight = 0
    return settings
  }

  /// Checks the bounds of every number.
  ///
  /// - Throws: `WrongValue`.
  func check() throws {
    try settings.check()
    if let toward { try Setting.strength.require(toward.strength, in: Self.strengths) }
    if let minutes { try Setting.minutes.require(minutes, in: Setting.minutesOfTraining) }
  }
}
