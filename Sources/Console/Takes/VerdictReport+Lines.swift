package import Workbench

extension VerdictReport: ConsoleResult {
  /// A line for each take: "kept take 12, from 0:14 to 0:31".
  package var lines: [String] { sentences }
}
