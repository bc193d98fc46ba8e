import Workbench

/// A key of the page and what it does: the table of keys of an audition, with the names that a browser has for them.
struct StudioKey: Encodable {
  /// What `KeyboardEvent.key` says.
  let key: String
  /// Whether Shift is held.
  let shift: Bool
  /// What it does, by a name.
  let action: String
  /// By how many seconds it winds.
  var seconds: Int?
  /// How it rates, 1 to 5.
  var rating: Int?
  /// What it does in a word or two.
  let words: String
  /// What it does, for a help text.
  let explanation: String
  /// Whether it is always shown, and not only in a help text.
  let isAlwaysShown: Bool

  /// All keys, in the order in which they are shown.
  static let table = AuditionKey.table.map(StudioKey.init)

  private init(_ key: AuditionKey) {
    (self.key, shift) =
      switch key.name {
      case .character(let character): (String(character), false)
      case .space: (" ", false)
      case .enter: ("Enter", false)
      case .escape: ("Escape", false)
      case .home: ("Home", false)
      case .left: ("ArrowLeft", false)
      case .right: ("ArrowRight", false)
      case .shiftLeft: ("ArrowLeft", true)
      case .shiftRight: ("ArrowRight", true)
      }
    action =
      switch key.action {
      case .playOrPause: "playOrPause"
      case .wind: "wind"
      case .toStart: "toStart"
      case .keep: "keep"
      case .discard: "discard"
      case .rate: "rate"
      case .note: "note"
      case .mark: "mark"
      case .clearMarks: "clearMarks"
      case .undo: "undo"
      case .goOn: "goOn"
      case .next: "next"
      case .back: "back"
      case .quit: "quit"
      }
    if case .wind(let seconds) = key.action { self.seconds = seconds }
    if case .rate(let rating) = key.action { self.rating = rating }
    words = key.words
    explanation = key.explanation
    isAlwaysShown = key.isAlwaysShown
  }
}
