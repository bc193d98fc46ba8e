package import Workbench

extension Remedy {
  /// What to do, in terms of the command line.
  package var words: String {
    switch self {
    case .goHome: "go to your checkout, or set WOODSHED_HOME to it"
    case .makeProject(nil): "make one with: woodshed new NAME"
    case .makeProject(let name?): "make it with: woodshed new \(name)"
    case .chooseProject(let known): "name one with --project: \(known.joined(separator: ", "))"
    case .importPlaying: "bring some with: woodshed import PATH"
    case .importMore: "bring some in with: woodshed import PATH"
    case .importFirst: "try: woodshed import PATH"
    case .listTakes: "see: woodshed takes"
    case .listRounds: "see: woodshed rounds"
    case .useAnotherRound: "first use another, or the base: woodshed rounds use base"
    case .useBase: "woodshed rounds use base"
    case .tune: "try: woodshed tune"
    case .setAsideAgain: "set other music aside with: woodshed tune --choose-held-out"
    case .resume: "go on with it by --resume, or remove it"
    case .start: "start one without --resume"
    case .startAgain: "start again without --resume"
    case .generate: "make some with: woodshed generate"
    case .examine: "see: woodshed doctor"
    case .examineWeights:
      "see: woodshed doctor; else restore it from a backup, or tune again"
    case .restore: "restore the project from a backup with: woodshed restore FILE"
    case .mend: "woodshed doctor --fix"
    case .wait: "wait until it is done, or end it with Ctrl-C"
    case .nameSoundFont: "name one with --soundfont"
    case .nameAnotherSoundFont: "try another with --soundfont"
    case .choosePort: "name one with --to, by its numbers or name"
    case .playElsewhere: "play to a port with --to, or make a file with: woodshed render"
    case .changePrecision, .choosePrecision: "leave --precision away, or say float32"
    }
  }

  /// The words as the end of a sentence, with the punctuation that joins them to it.
  var ending: String {
    switch self {
    case .useBase, .nameSoundFont: ", or \(words)"
    case .mend, .choosePrecision: ": \(words)"
    default: "; \(words)"
    }
  }
}
