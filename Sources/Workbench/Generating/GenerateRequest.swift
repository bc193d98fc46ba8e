public import Player
import Work

/// A request for generated takes.
public struct GenerateRequest: Sendable {
  /// How many takes, how long, and how drawn.
  public var takes = TakeSettings()
  /// A take's number, "last", or a MIDI file to go on from; `nil` starts from silence.
  public var after: String?
  /// Where the primer ends, in seconds; `nil` for the end of its take or file.
  public var at: Double?
  /// The model that generates.
  public var model = ModelName.current
  /// The seed; `nil` draws one, which is kept with the takes.
  public var seed: UInt64?

  /// Four takes of thirty seconds by the current model, from silence.
  public init() {}

  /// Checks the bounds of every number.
  ///
  /// - Throws: `WrongValue`.
  func check() throws {
    try takes.check()
    guard at == nil || after != nil else { throw WorkbenchError.momentOfNothing }
    if let seed { try Setting.requireSeed(seed) }
  }
}
