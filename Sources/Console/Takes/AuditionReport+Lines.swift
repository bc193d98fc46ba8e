public import Workbench

extension AuditionReport: ConsoleResult {
  /// What was said of how many takes, and how well predicted taste does.
  public var lines: [String] {
    var report = self
    report.taste = nil
    return [report.description] + (taste.map { [$0.description] } ?? [])
  }
}
