import Foundation

/// Checks of the command line before it is parsed.
enum ArgumentBytes {
  /// The first argument that is not UTF-8, with its bad bytes as U+FFFD; `nil` if there is none. Under such
  /// a name no file would be found, and one of another name would be written.
  static var firstThatIsNoText: String? {
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let argument = unsafe CommandLine.unsafeArgv[index] else { continue }
      if unsafe String(validatingCString: argument) == nil {
        return unsafe String(cString: argument)
      }
    }
    return nil
  }

  /// A hint for the first file whose name begins with a dash, as an option does; `nil` if there is none.
  static var hint: String? {
    CommandLine.arguments.dropFirst().first(where: isFileLikeAnOption).map {
      "To name the file \($0), which looks like an option, say ./\($0)"
    }
  }

  /// Refuses a file whose name would be parsed as several one-letter options: `-dash.mid` contains an h and
  /// would show the help.
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
