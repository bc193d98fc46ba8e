internal import CALSA

/// Settings of alsa-lib for the whole process.
public enum ALSALibrary {
  /// alsa-lib's version, "1.2.8".
  public static var version: String {
    unsafe snd_asoundlib_version().map { unsafe String(cString: $0) } ?? "unknown"
  }

  /// Keeps alsa-lib from printing to stderr, whoever uses it in this process.
  public static func beQuiet() { woodshed_alsa_be_quiet() }
}
