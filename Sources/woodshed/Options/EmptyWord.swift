/// A word of the command line with nothing in it, as an unset variable of a script leaves it.
///
/// It would name the current folder, the first project or every take, which nobody means.
struct EmptyWord: Error, CustomStringConvertible {
  /// The option that it was given for; `nil` for an argument.
  var option: String?

  /// Sees to it that no word is empty.
  ///
  /// - Parameter words: The command line, the program's name aside.
  /// - Throws: ``EmptyWord``.
  static func refuse(in words: some Sequence<String>) throws {
    var before: String?
    for word in words {
      if word.isEmpty {
        throw EmptyWord(option: before.flatMap { $0.hasPrefix("--") ? $0 : nil })
      }
      if word.hasPrefix("--"), word.hasSuffix("="), !word.contains(" ") {
        throw EmptyWord(option: String(word.dropLast()))
      }
      before = word
    }
  }

  var description: String {
    option.map { "cannot use \($0) with nothing after it: say what it is, or leave \($0) away" }
      ?? "cannot use an empty argument: say what it is, or leave it away"
  }
}
