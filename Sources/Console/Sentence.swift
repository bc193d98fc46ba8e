import Rounds
import Work
import Workbench

/// An error and its remedy in one sentence, in terms of the command line.
///
/// Names and paths in it are not escaped; ``standardError(lines:)`` makes them safe.
package func sentence(for error: any Error) -> String {
  worded(error) ?? "\(error)" + (Remedy(for: error)?.ending ?? "")
}

/// Whether an error is about the command line itself: a value that an option or argument cannot have,
/// whatever is in the project.
package func isWrongUse(_ error: any Error) -> Bool {
  switch error {
  case is WrongValue, is NobodyToAsk: true
  case WorkbenchError.partOfMany, WorkbenchError.badPart, WorkbenchError.silentPart,
    WorkbenchError.badMoment,
    WorkbenchError.momentOfNothing, WorkbenchError.emptyNote,
    WorkbenchError.badProjectName, WorkbenchError.blindNeedsTwoModels,
    WorkbenchError.twoBeginnings:
    true
  default: false
  }
}

/// The sentence for an error that names options within it; `nil` for other errors.
private func worded(_ error: any Error) -> String? {
  switch error {
  case let error as WrongValue:
    "cannot use \(error.setting.optionName) \(error.value): it must be \(error.bounds)"
  case WorkbenchError.partOfMany(let doing, let takes):
    "cannot \(doing) a part of \(takes) takes: --from and --until are for one take at a time"
  case WorkbenchError.momentOfNothing:
    "cannot use --at without --after: it is a moment of what is gone on from"
  case RoundsError.againstTheClock(let round):
    "cannot train round \(round) again: it was trained against the clock (--minutes), which runs "
      + "once"
  default: nil
  }
}
