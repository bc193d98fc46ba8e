package import Workbench

extension ProjectSummary: ConsoleResult {
  /// Where the project is, and what is in it.
  package var lines: [String] {
    takes == 0
      ? [
        "project \(name), from the template \(template), is in \(folder)",
        "bring playing in with: woodshed import PATH",
      ]
      : [
        "project \(name) in \(folder): \(Readable.count(takes, "take")), "
          + "\(Readable.words(seconds: playedSeconds)) played"
      ]
  }
}
