package import Workbench

extension BasePackReport: ConsoleResult {
  /// What was packed.
  package var lines: [String] {
    [
      "\(folder): \(Clock.count(takes, "take")), \(tokens) tokens in "
        + Clock.count(shards, "shard")
    ]
  }
}
