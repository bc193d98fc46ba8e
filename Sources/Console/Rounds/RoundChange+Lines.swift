package import Workbench

extension RoundChange: ConsoleResult {
  /// What is in use or was removed, and how to get back.
  package var lines: [String] {
    func name(_ round: Int?) -> String { round.map { "round \($0)" } ?? "the base" }
    if let removed {
      return [
        "removed the weights of round \(removed), \(Readable.megabytes(bytes ?? 0)); "
          + "its record stays: woodshed rounds show \(removed)"
      ]
    }
    return [
      current == before
        ? "\(name(current)) is in use already"
        : "\(name(current)) is in use; back again with: woodshed rounds use "
          + (before.map(String.init) ?? "base")
    ]
  }
}
