/// The progress of playing a take.
public struct PlaybackProgress: Hashable, Sendable {
  /// The position in the take, in nanoseconds.
  public var position: Int64

  /// Whether it is paused.
  public var isPaused: Bool

  /// The tempo; 1 as recorded.
  public var tempo: Double

  /// The progress at `position`, in nanoseconds of the take.
  public init(position: Int64, isPaused: Bool, tempo: Double) {
    self.position = position
    self.isPaused = isPaused
    self.tempo = tempo
  }
}
