package import Workbench

extension ExportReport: ConsoleResult {
  /// Each file.
  package var lines: [String] { files.isEmpty ? ["no takes to export"] : files.map(\.path) }
}
