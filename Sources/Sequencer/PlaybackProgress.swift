/// Where playing is.
public struct PlaybackProgress: Hashable, Sendable {
  /// Nanoseconds of the take.
  public var position: Int64

  /// Whether it stands still.
  public var isPaused: Bool

  /// At `position` nanoseconds of the take.
  public init(position: Int64, isPaused: Bool) {
    self.position = position
    self.isPaused = isPaused
  }
}
