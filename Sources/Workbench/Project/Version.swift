/// The program's version, as rounds record it.
public enum Version {
  /// "0.1.0".
  public static let text = "0.1.0"
}
