public import Player

/// The takes that a model has added to the library.
public struct GenerateReport: Codable, Sendable {
  /// One take.
  public struct Take: Codable, Sendable {
    /// Its number in the library.
    public var number: Int64
    /// How long it is, in seconds.
    public var seconds: Double
    /// Its notes.
    public var notes: Int
    /// What it has of what was asked for; `nil` where nothing was.
    public var got: PlayedControls?
    /// Of the streams that competed for it, how many counted on average; `nil` where none did.
    public var effectiveStreams: Double?
    /// What the gauge gives it; `nil` without one.
    public var gauge: Gauged?
  }

  /// What a gauge gives a take.
  public struct Gauged: Codable, Hashable, Sendable {
    /// Its number.
    public var value: Double
    /// By how many spreads that is above the mean of unsteered takes.
    public var spreads: Double
  }

  /// The takes, in order of their numbers.
  public var takes: [Take]
  /// The model that generated them.
  public var model: String
  /// The seed; the same call with it generates the same.
  public var seed: UInt64
  /// The name of the primer.
  public var after: String?
  /// What was asked of them.
  public var controls = Controls()
  /// The gauge that they were steered toward.
  public var toward: Toward?
  /// Performance events drawn, all takes together.
  public var events: Int
  /// Seconds from reading the model to the last event.
  public var wallSeconds: Double
}
