import Library
import Network
import Rounds
import Synth

/// What a person can do about an error, or about what a result says.
///
/// How it is worded is left to what shows it, a command line or a page.
public enum Remedy: Hashable, Sendable {
  /// Go to the workbench, or say where it is.
  case goHome
  /// Make a project; of this name, if there is one.
  case makeProject(name: String?)
  /// Name one of the existing projects.
  case chooseProject(known: [String])
  /// Bring in playing, of which there is none.
  case importPlaying
  /// Bring in playing, of which there is too little.
  case importMore
  /// Bring in playing, so that there is a take at all.
  case importFirst
  /// List the takes.
  case listTakes
  /// List the rounds.
  case listRounds
  /// First use another round, or the base.
  case useAnotherRound
  /// Use the base.
  case useBase
  /// Train a round.
  case tune
  /// Choose the held-out takes again.
  case setAsideAgain
  /// Resume an unfinished run, or remove it.
  case resume
  /// Start a run, since there is none to resume.
  case start
  /// Start the run again instead of resuming it.
  case startAgain
  /// Let a model play.
  case generate
  /// Check the project for faults.
  case examine
  /// Check the project for faults, since weights are not as they were written.
  case examineWeights
  /// Restore the project from a backup.
  case restore
  /// Mend the faults that can be mended.
  case mend
  /// Wait for the other process, or end it.
  case wait
  /// Name a SoundFont.
  case nameSoundFont
  /// Name another SoundFont.
  case nameAnotherSoundFont
  /// Name the port to play to.
  case choosePort
  /// Play to a port, or into a file.
  case playElsewhere
  /// Choose an arithmetic that this processor supports.
  case changePrecision
  /// Choose an arithmetic that the work can be done in.
  case choosePrecision

  /// The remedy for an error; `nil` if there is none, or the error's own sentence has it.
  public init?(for error: any Error) {
    let remedy: Remedy? =
      switch error {
      case let error as WorkbenchError: error.remedy
      case let error as LibraryError: error.remedy
      case let error as RoundsError: error.remedy
      case let error as SynthError: error.remedy
      case let error as NetworkError: error.remedy
      default: nil
      }
    guard let remedy else { return nil }
    self = remedy
  }
}

extension WorkbenchError {
  fileprivate var remedy: Remedy? {
    switch self {
    case .homeNotFound, .wrongHome: .goHome
    case .projectNotFound(_, let known):
      known.isEmpty ? .makeProject(name: nil) : .chooseProject(known: known)
    case .noSuchProject(let name, let known): known.isEmpty ? .makeProject(name: name) : nil
    case .nothingToTrainOn: .importPlaying
    case .noSuchRound: .listRounds
    case .roundInUse: .useAnotherRound
    case .weightsChanged: .examineWeights
    case .noSuchTake, .noMatch: .listTakes
    case .hasJudged: .setAsideAgain
    case .noTakes: .importFirst
    case .unfinishedRun: .resume
    case .atWork: .wait
    case .severalInstruments: .choosePort
    case .nobodyPlayed: .importMore
    case .nothingToPlot: .tune
    case .nothingToAudition: .generate
    case .tooLittlePlaying: .importMore
    case .unhealthy(_, _, let remedies): remedies > 0 ? .mend : nil
    default: nil
    }
  }
}

extension RoundsError {
  fileprivate var remedy: Remedy? {
    switch self {
    case .nothingToResume: .start
    case .damagedPlan, .hasLearnedUnwanted, .isJudgedByReleased: .startAgain
    default: nil
    }
  }
}

extension LibraryError {
  fileprivate var remedy: Remedy? {
    switch self {
    case .corrupt, .damaged: .examine
    case .missing, .empty: .restore
    default: nil
    }
  }
}

extension SynthError {
  fileprivate var remedy: Remedy? {
    switch self {
    case .noSoundFont: .nameSoundFont
    case .noSound: .nameAnotherSoundFont
    case .noSpeakers: .playElsewhere
    default: nil
    }
  }
}

extension NetworkError {
  fileprivate var remedy: Remedy? {
    switch self {
    case .precision: .changePrecision
    case .unfit: .choosePrecision
    default: nil
    }
  }
}
