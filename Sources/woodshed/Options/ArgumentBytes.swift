import Foundation

/// What was typed, before it is taken for text.
enum ArgumentBytes {
  /// The first argument that is not UTF-8, its bad bytes as U+FFFD; by such a name nothing can be found,
  /// and something else than was typed would be written.
  static var firstThatIsNoText: String? {
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let argument = unsafe CommandLine.unsafeArgv[index] else { continue }
      if unsafe String(validatingCString: argument) == nil {
        return unsafe String(cString: argument)
      }
    }
    return nil
  }

  /// A hint for a file whose name is taken for an option: it begins with a dash.
  static var hint: String? {
    CommandLine.arguments.dropFirst().first(where: isFileLikeAnOption).map {
      "To name the file \($0), which looks like an option, say ./\($0)"
    }
  }

  /// Refuses a file whose name would be taken for several options of a letter: -dash.mid has an h in it, and
  /// would get the help.
  ///
  /// - Throws: ``DashedName``.
  static func refuseDashedName() throws {
    let words = CommandLine.arguments.dropFirst().prefix { $0 != "--" }
    let name = words.first {
      !$0.hasPrefix("--") && $0 != "-h" && Double($0) == nil && isFileLikeAnOption($0)
    }
    if let name { throw DashedName(name: name) }
  }

  private static func isFileLikeAnOption(_ word: String) -> Bool {
    word.hasPrefix("-") && word != "-"
      && (word.lowercased().hasSuffix(".mid") || FileManager.default.fileExists(atPath: word))
  }
}

/// A file's name that begins with a dash, as an option does.
struct DashedName: Error, CustomStringConvertible {
  /// The name as it was typed.
  var name: String

  var description: String {
    "cannot use \(name): it looks like an option; to name the file, say ./\(name)"
  }
}
