public import Workbench

extension PictureReport: ConsoleResult {
  /// Where it is, and what it shows.
  public var lines: [String] { [path, summary] }
}
