import Network
import Sequencer
import Synth

/// The version of woodshed.
public enum Version {
  /// "0.2.0".
  public static let text = "0.2.0"

  /// Whether a version is newer than this one: "0.10.0" is newer than "0.9.1".
  static func isNewer(_ other: String, than own: String = text) -> Bool {
    func numbers(_ text: String) -> [Int] { text.split(separator: ".").map { Int($0) ?? 0 } }
    return numbers(own).lexicographicallyPrecedes(numbers(other))
  }
}

/// The versions of the program and of what it stands on.
public struct ProgramVersions: Codable, Hashable, Sendable {
  /// woodshed's own.
  public var woodshed = Version.text
  /// oneDNN's, "2.6.0"; "unknown" where it is not installed.
  public var oneDNN = EngineDescription.current.version
  /// The widest instruction set that oneDNN uses here: "AVX2".
  public var instructions = EngineDescription.current.instructions
  /// FluidSynth's; `nil` where it is not installed.
  public var fluidSynth = FluidSynth.version
  /// alsa-lib's.
  public var alsa = ALSALibrary.version

  /// Those of this machine.
  public init() {}
}
