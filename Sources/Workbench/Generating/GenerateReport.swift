/// The takes that a model played into the library.
public struct GenerateReport: Codable, Sendable {
  /// One take.
  public struct Take: Codable, Sendable {
    /// Its number in the library.
    public var number: Int64
    /// How long it is, in seconds.
    public var seconds: Double
    /// Its notes.
    public var notes: Int
  }

  /// The takes, in order of their numbers.
  public var takes: [Take]
  /// The model that played.
  public var model: String
  /// The seed; the same call with it plays the same.
  public var seed: UInt64
  /// What the takes go on from.
  public var after: String?
  /// Performance events drawn, all takes together.
  public var events: Int
  /// Seconds from reading the model to the last event.
  public var wallSeconds: Double
}
