package import Workbench

extension VerifyReport: ConsoleResult {
  /// Whether training by the round's record made the same weights again.
  package var lines: [String] {
    let outcome =
      isSame
      ? "round \(round): the record makes the same weights again, \(made.prefix(12)) "
        + "(\(Readable.text(seconds: wallSeconds)))"
      : "round \(round): the record makes other weights, \(made.prefix(12)), not "
        + "\(recorded.prefix(12)) (\(Readable.text(seconds: wallSeconds)))"
    return remarks + [outcome]
  }
}
