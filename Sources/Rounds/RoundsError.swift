/// An error in training a round.
public enum RoundsError: Error, Hashable, Sendable {
  /// There is no interrupted tuning to resume.
  case nothingToResume(path: String)
  /// The plan of an interrupted tuning cannot be read.
  case damagedPlan(path: String)
  /// A round cannot be trained again from its record.
  case notRepeatable(number: Int, cause: String)
  /// A round that was trained with a time limit cannot be trained again.
  case againstTheClock(number: Int)
  /// An interrupted tuning was trained on takes that are discarded or held out now.
  case hasLearnedUnwanted(takes: [Int64])
  /// An interrupted tuning is judged by takes that are no longer held out.
  case isJudgedByReleased(takes: [Int64])
  /// A round that was trained on takes that are held out now cannot be a parent.
  case hasLearnedHeldOut(number: Int)
  /// A training toward something was stopped.
  case stoppedToward
}

extension RoundsError: CustomStringConvertible {
  /// What went wrong, in one sentence.
  public var description: String {
    switch self {
    case .nothingToResume(let path):
      "cannot resume: there is no interrupted run at \(path)"
    case .damagedPlan(let path):
      "cannot read \(path): it is damaged or of an older woodshed"
    case .notRepeatable(let number, let cause):
      "cannot train round \(number) again: \(cause)"
    case .hasLearnedUnwanted(let takes):
      "cannot resume: it has learned from \(takes.count == 1 ? "take" : "takes") "
        + "\(takes.map { "\($0)" }.joined(separator: ", ")), which you discarded or set aside since"
    case .isJudgedByReleased(let takes):
      "cannot resume: it is judged by \(takes.count == 1 ? "take" : "takes") "
        + "\(takes.map { "\($0)" }.joined(separator: ", ")), which you released or deleted since"
    case .hasLearnedHeldOut(let number):
      "cannot start from round \(number): it has learned from what is set aside for judging now"
    case .stoppedToward:
      "cannot tune toward it: stopped, and nothing is kept of a part of such a training"
    case .againstTheClock(let number):
      "cannot train round \(number) again: it was trained against the clock, which runs once"
    }
  }
}
