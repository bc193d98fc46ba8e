public import Workbench

extension BasePackReport: ConsoleResult {
  /// What was packed.
  public var lines: [String] {
    [
      "\(folder): \(Clock.count(takes, "take")), \(tokens) tokens in "
        + Clock.count(shards, "shard")
    ]
  }
}
