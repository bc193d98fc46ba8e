public import Player
import Work

/// A request for generated takes.
public struct GenerateRequest: Hashable, Codable, Sendable {
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
  /// The pitches to begin with, "C4 E4 G4", struck together when nothing else comes before.
  public var fromNotes: String?
  /// What is asked of the takes.
  public var controls = Controls()
  /// A take whose own controls are asked for, where ``controls`` leaves them open: its number or "last".
  public var like: String?
  /// How far from the base to the model, 0 to 1, or beyond it; `nil` is the model alone.
  public var dial: Double?
  /// The gauge that the takes are to have more of; `nil` for none.
  public var toward: Toward?

  /// Four takes of thirty seconds by the current model, from silence.
  public init() {}

  /// Checks the bounds of every number.
  ///
  /// - Throws: `WrongValue`.
  func check() throws {
    try takes.check()
    guard at == nil || after != nil else { throw WorkbenchError.momentOfNothing }
    guard fromNotes == nil || after == nil else { throw WorkbenchError.twoBeginnings }
    if let dial { try Setting.dial.require(dial, in: -4...4) }
    try toward?.check()
    if let seed { try Setting.requireSeed(seed) }
  }
}

extension Setting {
  static let dial = Setting("dial")
}
