import Library
import Network
import Rounds
import Synth

/// What can be done about something that went wrong, or about what a result says.
///
/// How that is done at a command line or in a page, only they know.
public enum Remedy: Hashable, Sendable {
  /// Go where the workbench is, or say where that is.
  case goHome
  /// Make a project; of this name, if there is one.
  case makeProject(name: String?)
  /// Name one of the projects that there are.
  case chooseProject(known: [String])
  /// Bring in playing, of which there is none.
  case importPlaying
  /// Bring in playing, of which there is too little.
  case importMore
  /// Bring in playing, so that there is a take at all.
  case importFirst
  /// Look which takes there are.
  case listTakes
  /// Look which rounds there are.
  case listRounds
  /// Use another round, or the base, before.
  case useAnotherRound
  /// Use the base.
  case useBase
  /// Train a round.
  case tune
  /// Choose again what is set aside for judging.
  case setAsideAgain
  /// Go on with an unfinished run, or remove it.
  case resume
  /// Start a run instead of going on with one.
  case start
  /// Start again instead of going on.
  case startAgain
  /// Let a model play.
  case generate
  /// Have the project looked through.
  case examine
  /// Have the project looked through, for weights that are not what was written.
  case examineWeights
  /// Make the project again from a backup.
  case restore
  /// Have what can be mended mended.
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
  /// Compute in what this processor can.
  case changePrecision
  /// Compute in what the work can be done in.
  case choosePrecision

  /// What can be done about an error; nil where nobody knows, or its sentence says it.
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
