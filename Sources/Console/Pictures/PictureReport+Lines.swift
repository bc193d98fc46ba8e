package import Workbench

extension PictureReport: ConsoleResult {
  /// Where the picture is, and what it shows.
  package var lines: [String] { [path, summary] }
}
