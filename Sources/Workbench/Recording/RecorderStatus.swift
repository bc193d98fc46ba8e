/// What a recorder shows while it runs.
public struct RecorderStatus: Hashable, Sendable {
  /// Seconds since the recorder began to listen.
  public var seconds: Double
  /// Seconds of the take that is played; `nil` between takes.
  public var takeSeconds: Double?
  /// The number of the take that is played, once the library has given it one.
  public var take: Int64?
  /// Notes of the take that is played.
  public var notes: Int
  /// Takes of this recording that are stored.
  public var storedTakes: Int
  /// Whether a sustain pedal is down.
  public var isPedalDown: Bool
  /// The velocities of the last strokes, the newest last.
  public var velocities: [UInt8]
  /// The keys that were struck together last, lowest first.
  public var chord: [UInt8]
  /// Events that are in memory alone because the library does not take them; 0 when all is well.
  public var heldEvents: Int
  /// Whether nothing is stored until the musician asks.
  public var isLookingBack: Bool
}
