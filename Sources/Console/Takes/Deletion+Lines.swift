package import Workbench

extension Deletion: ConsoleResult {
  /// What was deleted, and where the copies are.
  package var lines: [String] {
    isDone
      ? takes.map { "deleted take \($0.number); a copy is \($0.copy)" } : ["nothing was deleted"]
  }

  /// What is asked before.
  package var question: String {
    let seconds = Readable.text(seconds: takes.reduce(0) { $0 + $1.seconds })
    let what =
      takes.count == 1
      ? "take \(takes[0].number), \(takes[0].origin.rawValue), \(seconds)"
      : "\(Readable.count(takes.count, "take")), \(seconds) together"
    return "delete \(what), and all that you said of \(takes.count == 1 ? "it" : "them")?"
  }
}
