/// The synthesiser that makes the sound.
public enum FluidSynth {
  /// Its version, "2.3.1"; `nil` where it is not installed.
  public static var version: String? { Instrument.version }
}
