/// How well predicted taste does on verdicts that it was not shown.
public struct TasteReport: Codable, Hashable, Sendable {
  /// A guess that needs no model.
  public enum Guess: String, Codable, Sendable {
    case keep
    case discard
  }

  /// Verdicts predicted rightly by what was learned from others, of all.
  public var predicted: Proportion
  /// Verdicts that are the commoner one, of all.
  public var guessed: Proportion
  /// The commoner one.
  public var guess: Guess

  /// Whether it does better than always guessing the commoner verdict, and not just by chance.
  public var isBetter: Bool { predicted.interval.lowerBound > guessed.share }
}
