/// How well taste is predicted, measured on verdicts that were not learned from.
public struct TasteReport: Codable, Hashable, Sendable {
  /// A guess that needs no model.
  public enum Guess: String, Codable, Sendable {
    case keep
    case discard
  }

  /// The verdicts predicted correctly from the others, of all verdicts.
  public var predicted: Proportion
  /// The verdicts that are the more common one, of all verdicts.
  public var guessed: Proportion
  /// The more common verdict.
  public var guess: Guess

  /// Whether the prediction is better than always guessing the more common verdict, beyond chance.
  public var isBetter: Bool { predicted.interval.lowerBound > guessed.share }
}
