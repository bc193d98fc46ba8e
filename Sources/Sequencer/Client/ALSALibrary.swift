internal import CALSA

/// Settings of alsa-lib for the whole process.
public enum ALSALibrary {
  /// Keeps alsa-lib from printing to stderr, whoever uses it in this process.
  public static func beQuiet() { woodshed_alsa_be_quiet() }
}
