public import Workbench

extension ExportReport: ConsoleResult {
  /// Each file.
  public var lines: [String] { files.isEmpty ? ["no takes to export"] : files.map(\.path) }
}
