/// A command line whose first word is the name of no command.
struct UnknownCommand: CustomStringConvertible {
  private let word: String
  private let meant: String?

  /// `nil` where the first of `words` is an option or one of `commands`, or there is none.
  init?(in words: some Collection<String>, commands: [String]) {
    guard let word = words.first, !word.hasPrefix("-"), word != "help", !commands.contains(word)
    else { return nil }
    self.word = word
    let near = commands.map { (name: $0, edits: Self.edits(from: word, to: $0)) }
      .min { $0.edits < $1.edits }
    meant = near.flatMap { $0.edits <= max(1, word.count / 3) ? $0.name : nil }
  }

  var description: String {
    "cannot run \(word): there is no such command; "
      + (meant.map { "did you mean \($0)?" } ?? "woodshed --help lists them all")
  }

  /// How many letters must be added, left out, replaced or exchanged with the next one to make a word of another.
  ///
  /// Source: the optimal string alignment distance; Damerau, "A technique for computer detection and correction of
  /// spelling errors", 1964.
  private static func edits(from word: String, to other: String) -> Int {
    let (word, other) = (Array(word), Array(other))
    var before = [Int]()
    var last = Array(0...other.count)
    for row in word.indices {
      var next = [row + 1]
      for column in other.indices {
        let isSame = word[row] == other[column]
        var least = min(last[column] + (isSame ? 0 : 1), last[column + 1] + 1, next[column] + 1)
        if row > 0, column > 0, word[row] == other[column - 1], word[row - 1] == other[column] {
          least = min(least, before[column - 1] + 1)
        }
        next.append(least)
      }
      (before, last) = (last, next)
    }
    return last[other.count]
  }
}
