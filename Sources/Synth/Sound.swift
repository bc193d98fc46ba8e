/// Settings of the sound.
public struct Sound: Hashable, Sendable {
  /// The peak level of a file, in dBFS, −40…0. The default leaves a decibel of headroom for decoders of
  /// compressed files.
  public var peak = -1.0

  /// The level of reverb, 0…1; 0.2 is FluidSynth's default.
  public var reverb = 0.2

  /// Frames per second.
  public var sampleRate = 44_100

  /// A piano in a small room.
  public init() {}
}
