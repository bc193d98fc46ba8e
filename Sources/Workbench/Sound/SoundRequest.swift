import Synth
package import Work

/// How takes are to sound.
public struct SoundRequest: Hashable, Sendable {
  /// A SoundFont's file; `nil` for the best that is found on this machine.
  public var soundFont: String?
  /// How loud the loudest moment of a file is, in decibels of full scale, −40…0.
  public var gain = Sound().peak
  /// How much of a room is heard, 0…1.
  public var reverb = Sound().reverb

  /// A piano in a small room.
  public init() {}

  /// The SoundFont that is asked for.
  ///
  /// - Throws: `SynthError`.
  func findSoundFont() throws -> SoundFont {
    try SoundFont.find(path: soundFont)
  }

  /// Checks the bounds of every number.
  ///
  /// - Throws: `WrongValue`.
  public func check() throws {
    try Setting.gain.require(gain, in: -40...0, saying: "from -40 to 0 decibels")
    try Setting.reverb.require(reverb, in: 0...1)
  }

  /// The sound that is asked for.
  ///
  /// - Throws: `WrongValue`.
  func sound() throws -> Sound {
    try check()
    var sound = Sound()
    sound.peak = gain
    sound.reverb = reverb
    return sound
  }
}

extension Setting {
  package static let gain = Setting("gain")
  package static let reverb = Setting("reverb")
}
