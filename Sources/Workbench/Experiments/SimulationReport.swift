public import Performance

/// What became of a simulated musician's rounds.
public struct SimulationReport: Codable, Sendable {
  /// One round.
  public struct Row: Codable, Sendable {
    /// Its number.
    public var round: Int
    /// current or candidate.
    public var status: String
    /// Held-out nats per event of the model in use after it.
    public var heldOut: Estimate
    /// The share of that model's takes that the listener would keep, 0…1.
    public var liked: Double
    /// How much they like its takes, in the mean.
    public var liking: Estimate
    /// How varied its takes are.
    public var variety: Variety
    /// Kept takes that the round learned from.
    public var fed: Int
    /// Their share of the weighted events, 0…1.
    public var fedShare: Double
  }

  /// Whether the rules of the loop held.
  public var isGuarded: Bool
  /// Whether the listener had a taste.
  public var hasTaste: Bool
  /// The rounds.
  public var rounds: [Row]
}

extension SimulationReport: CustomStringConvertible {
  /// A table in Markdown.
  public var description: String {
    guard !rounds.isEmpty else { return "the musician has played, and no round was trained" }
    func percent(_ value: Double) -> String { "\(Int((value * 100).rounded())) %" }
    let title =
      isGuarded
      ? "With the rules of the loop\(hasTaste ? "" : ", every third take kept blindly"):"
      : "Without the rules:"
    let lines = rounds.map { row -> String in
      let ratios = row.variety.beside(rounds[0].variety).map {
        percent($0.value / max(1e-9, $0.other))
      }
      let cells =
        [
          "\(row.round)", row.status, row.heldOut.text, percent(row.liked), row.liking.text,
        ] + ratios
        + ["\(row.fed)", percent(row.fedShare)]
      return "| " + cells.joined(separator: " | ") + " |"
    }
    return
      ([
        title, "",
        "| round | | held out | would keep | liking | figures | pitch classes | velocities | fed "
          + "| their share |",
        "|---|---|---|---|---|---|---|---|---|---|",
      ] + lines).joined(separator: "\n")
  }
}
