/// The result of an audition.
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
  /// Verdicts taken back.
  public var undone = 0
  /// Takes of the list that are still neither kept nor discarded.
  public var left = 0
  /// How well taste is predicted; `nil` if the order does not need it, or too few takes are judged.
  public var taste: TasteReport?

  mutating func count(_ verdict: NewVerdict, by number: Int) {
    switch verdict {
    case .keep: kept += number
    case .discard: discarded += number
    case .rate: rated += number
    case .note: noted += number
    }
  }
}
