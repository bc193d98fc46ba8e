package import Workbench

extension PictureReport: ConsoleResult {
  /// Where it is, and what it shows.
  package var lines: [String] { [path, summary] }
}
