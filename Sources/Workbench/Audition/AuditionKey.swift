/// A key and its action while takes are auditioned, for any user interface with keys.
public struct AuditionKey: Hashable, Sendable {
  /// What is pressed.
  public enum Name: Hashable, Sendable {
    /// A letter or a digit.
    case character(Character)
    case space, enter, escape, home
    case left, right
    /// An arrow with Shift held.
    case shiftLeft, shiftRight
  }

  /// What is pressed.
  public let name: Name
  /// What it does.
  public let action: AuditionAction
  /// What it does in a word or two; neighbouring keys with the same words are shown as one.
  public let words: String
  /// What it does, for a help text; neighbouring keys with the same explanation are shown as one.
  public let explanation: String
  /// Whether it is always shown, and not only in a help text.
  public let isAlwaysShown: Bool

  private init(
    _ name: Name, _ action: AuditionAction, _ words: String, _ explanation: String,
    isAlwaysShown: Bool = true
  ) {
    self.name = name
    self.action = action
    self.words = words
    self.explanation = explanation
    self.isAlwaysShown = isAlwaysShown
  }

  /// All keys, in the order in which they are shown.
  public static let table: [AuditionKey] =
    [
      AuditionKey(.space, .playOrPause, "play", "play and pause"),
      AuditionKey(.left, .wind(seconds: -5), "wind", "wind by five seconds"),
      AuditionKey(.right, .wind(seconds: 5), "wind", "wind by five seconds"),
      AuditionKey(
        .shiftLeft, .wind(seconds: -1), "wind a little", "wind by one second",
        isAlwaysShown: false),
      AuditionKey(
        .shiftRight, .wind(seconds: 1), "wind a little", "wind by one second",
        isAlwaysShown: false),
      AuditionKey(.home, .toStart, "start", "go to the beginning", isAlwaysShown: false),
      AuditionKey(
        .character("k"), .keep, "keep", "keep the take, or the phrase that is marked"),
      AuditionKey(.character("d"), .discard, "discard", "discard the take"),
    ] + ratings + [
      AuditionKey(.character("n"), .note(""), "note", "write a note"),
      AuditionKey(
        .character("m"), .mark, "mark", "mark where a phrase begins, and again where it ends"),
      AuditionKey(.escape, .clearMarks, "no phrase", "take the marks away", isAlwaysShown: false),
      AuditionKey(
        .character("u"), .undo, "undo", "take back what was said last, and go to its take"),
      AuditionKey(
        .character("g"), .goOn, "go on", "go on by itself at a take's end, or no longer"),
      AuditionKey(.enter, .next, "next", "go to the next take"),
      AuditionKey(.character("b"), .back, "back", "go to the take before"),
      AuditionKey(.character("q"), .quit, "quit", "end"),
    ]

  private static let ratings = zip("12345", 1...).map { digit, rating in
    AuditionKey(.character(digit), .rate(rating), "rate", "rate the take")
  }
}
