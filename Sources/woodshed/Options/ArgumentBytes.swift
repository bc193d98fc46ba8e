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
    let name = CommandLine.arguments.dropFirst().first {
      ($0.hasPrefix("-") && $0 != "-")
        && ($0.lowercased().hasSuffix(".mid") || FileManager.default.fileExists(atPath: $0))
    }
    return name.map { "To name the file \($0), which looks like an option, say ./\($0)" }
  }
}
