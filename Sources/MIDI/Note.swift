/// One note, from note-on to its end.
public struct Note: Hashable, Sendable {
  /// The key, 0…127; 60 is middle C.
  public var pitch: UInt8

  /// How hard it was struck, 1…127.
  public var velocity: UInt8

  /// When it was struck, in nanoseconds since the take began.
  public var start: Int64

  /// When it ends, in nanoseconds since the take began; never before `start`.
  public var end: Int64

  /// A note from `start` to `end`, both in nanoseconds since the take began.
  public init(pitch: UInt8, velocity: UInt8, start: Int64, end: Int64) {
    self.pitch = pitch
    self.velocity = velocity
    self.start = start
    self.end = end
  }
}
