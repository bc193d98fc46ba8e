/// The program's version, as rounds record it.
public enum Version {
  /// "0.2.0".
  public static let text = "0.2.0"
}
