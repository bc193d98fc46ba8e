internal import CALSA

/// alsa-lib as a whole, in this process.
public enum ALSALibrary {
  /// From now on alsa-lib prints nothing to stderr by itself, whoever uses it.
  public static func beQuiet() { woodshed_alsa_be_quiet() }
}
