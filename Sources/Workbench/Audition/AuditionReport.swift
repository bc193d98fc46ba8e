/// What came of an audition.
public struct AuditionReport: Codable, Hashable, Sendable {
  /// The takes that were played.
  public var heard: Set<Int64> = []
  /// Takes and phrases kept.
  public var kept = 0
  /// Takes discarded.
  public var discarded = 0
  /// Ratings given.
  public var rated = 0
  /// Notes written.
  public var noted = 0
  /// How often something of that was taken back.
  public var undone = 0
  /// Takes of the list that are still neither kept nor discarded.
  public var left = 0
  /// How well predicted taste does; `nil` where it was not asked for, or too little is judged.
  public var taste: TasteReport?

  mutating func count(_ saying: Saying, by number: Int) {
    switch saying {
    case .keep: kept += number
    case .discard: discarded += number
    case .rate: rated += number
    case .note: noted += number
    }
  }
}

extension AuditionReport: CustomStringConvertible {
  /// "heard 6 takes: 3 kept, 2 discarded; 4 left", and a line on predicted taste if there is one.
  public var description: String {
    let parts = [
      (kept, "kept"), (discarded, "discarded"), (rated, "rated"), (noted, "noted"),
      (undone, "taken back"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return "heard \(Clock.count(heard.count, "take")): "
      + (parts.isEmpty ? "nothing said" : parts.joined(separator: ", ")) + "; \(left) left"
      + (taste.map { "\n\($0)" } ?? "")
  }
}
