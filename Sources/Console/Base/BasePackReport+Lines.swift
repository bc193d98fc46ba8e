package import Workbench

extension BasePackReport: ConsoleResult {
  /// What was packed.
  package var lines: [String] {
    [
      "\(folder): \(Readable.count(takes, "take")), \(tokens) tokens in "
        + Readable.count(shards, "shard")
    ]
  }
}
