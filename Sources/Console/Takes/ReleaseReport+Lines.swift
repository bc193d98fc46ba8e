package import Workbench

extension ReleaseReport: ConsoleResult {
  /// What is learned from now.
  package var lines: [String] {
    takes.map { "released take \($0): the next round may learn from it" }
  }
}
