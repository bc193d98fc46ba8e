public import Performance
public import Rounds

/// The results of a simulated musician's rounds.
public struct SimulationReport: Codable, Sendable {
  /// One round.
  public struct Row: Codable, Sendable {
    /// The round's number.
    public var round: Int
    /// "current" or "candidate".
    public var status: String
    /// Held-out nats per event of the model in use after the round.
    public var heldOut: Estimate
    /// The share of that model's takes that the listener would keep, 0…1.
    public var liked: Double
    /// How much the listener likes its takes on average.
    public var liking: Estimate
    /// How varied its takes are.
    public var variety: Variety
    /// Kept takes that the round learned from.
    public var fed: Int
    /// Their share of the weighted events, 0…1.
    public var fedShare: Double
    /// How much of a gauge there is in its takes, in spreads above those of the first round; `nil` without one.
    public var toward: Estimate?
  }

  /// Whether the guards of the loop were on.
  public var isGuarded: Bool
  /// Whether the listener had a taste.
  public var hasTaste: Bool
  /// The rounds.
  public var rounds: [Row]
}
