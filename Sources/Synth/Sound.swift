/// How an instrument sounds.
public struct Sound: Hashable, Sendable {
  /// How loud the loudest moment of a file is, in decibels of full scale, −40…0. A decibel is left
  /// free by default, for what decoders of compressed files add.
  public var peak = -1.0

  /// How much of a room is heard with it, 0…1; 0.2 is FluidSynth's own choice.
  public var reverb = 0.2

  /// Frames a second.
  public var sampleRate = 44_100

  /// A piano in a small room.
  public init() {}
}
