/// Where playing is.
public struct PlaybackProgress: Hashable, Sendable {
  /// Nanoseconds of the take.
  public var position: Int64

  /// Whether it stands still.
  public var isPaused: Bool

  /// How fast; 1 as recorded.
  public var tempo: Double

  /// Playing that has come to `position`, in nanoseconds of the take.
  public init(position: Int64, isPaused: Bool, tempo: Double) {
    self.position = position
    self.isPaused = isPaused
    self.tempo = tempo
  }
}
