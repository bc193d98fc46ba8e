/// The error that a word of the command line is empty, as from an unset variable in a script.
///
/// It would be taken for the current folder, the first project or every take, which nobody means.
struct EmptyWord: Error, CustomStringConvertible {
  /// The option that it was given for; `nil` for an argument.
  var option: String?

  /// Refuses a command line with an empty word.
  ///
  /// - Parameter words: The command line without the program's name.
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
