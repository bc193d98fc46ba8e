package import Workbench

extension BackupReport: ConsoleResult {
  /// Where the backup is, and what is in it.
  package var lines: [String] {
    remarks + [
      "\(path)  \(Readable.megabytes(bytes)): \(Readable.count(takes, "take")), "
        + "\(Readable.words(seconds: playedSeconds)) played, \(Readable.count(models, "model")); "
        + "read back and found whole"
    ]
  }
}
