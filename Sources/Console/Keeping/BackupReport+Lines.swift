package import Workbench

extension BackupReport: ConsoleResult {
  /// Where it is, and what is in it.
  package var lines: [String] {
    remarks + [
      "\(path)  \(Clock.megabytes(bytes)): \(Clock.count(takes, "take")), "
        + "\(Clock.words(seconds: playedSeconds)) played, \(Clock.count(models, "model")); "
        + "read back and found whole"
    ]
  }
}
