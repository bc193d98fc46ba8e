/// The status of a running recorder.
public struct RecorderStatus: Hashable, Sendable {
  /// Seconds since the recorder started.
  public var seconds: Double
  /// Seconds of the open take; `nil` between takes.
  public var takeSeconds: Double?
  /// The number of the open take, once the library has given it one.
  public var take: Int64?
  /// Notes of the open take.
  public var notes: Int
  /// How many takes of this recording are stored.
  public var storedTakes: Int
  /// Whether a sustain pedal is down.
  public var isPedalDown: Bool
  /// The velocities of the last note-ons, the newest last.
  public var velocities: [UInt8]
  /// The keys of the last chord, lowest first.
  public var chord: [UInt8]
  /// Events kept in memory because the library cannot be written; 0 when all is well.
  public var heldEvents: Int
  /// Whether it is in look-back mode, which stores only on request.
  public var isLookingBack: Bool
}
