/// The errors of `Workbench`.
public enum WorkbenchError: Error, Hashable, Sendable {
  /// No folder with `Projects` and `Templates` was found from `start` upward or elsewhere.
  case homeNotFound(start: String)
  /// `WOODSHED_HOME` names a folder that is no workbench.
  case wrongHome(path: String)
  /// No project was named and none was found; `known` lists those that could be named.
  case projectNotFound(start: String, known: [String])
  /// The project that was asked for does not exist.
  case noSuchProject(name: String, known: [String])
  /// A project cannot be made at a path where something exists already.
  case projectExists(path: String)
  /// The name of a project or template is not allowed.
  case badProjectName(String)
  /// The template that was asked for does not exist.
  case noSuchTemplate(name: String, known: [String])
  /// A settings file, or another of a template's or project's files, is not valid.
  case badSettings(path: String, cause: String)
  /// A file or folder could not be read or written.
  case fileSystem(action: String, path: String, cause: String)
  /// There is nothing at all to train on.
  case nothingToTrainOn(project: String)
  /// There is no round of the name or number that was asked for.
  case noSuchRound(name: String)
  /// The weights of the round in use cannot be removed.
  case roundInUse(number: Int)
  /// A round's weights were removed by the musician.
  case weightsRemoved(number: Int)
  /// A round's weights are missing.
  case roundWithoutWeights(number: Int, path: String)
  /// A model's weights do not have the digest on record.
  case weightsChanged(path: String)
  /// The library has no take of the number that was asked for.
  case noSuchTake(number: Int64)
  /// The take that was asked for was deleted; a copy of it is at `copy`.
  case deletedTake(number: Int64, on: String, copy: String)
  /// A take cannot be deleted, because something rests on it.
  case neededTake(number: Int64, cause: String)
  /// A take cannot be released: it was not imported for judging.
  case notReleasable(number: Int64, cause: String)
  /// A take that was imported for judging cannot be released: it has judged a round.
  case hasJudged(number: Int64, round: Int)
  /// No take matches the filter.
  case noMatch(project: String)
  /// The last take was asked for, and the library has none.
  case noTakes(project: String)
  /// The musician's own playing is needed, and there is none.
  case nobodyPlayed(doing: String)
  /// A held-out take cannot be a primer.
  case heldOutPrimer(number: Int64)
  /// Nothing can be made from a held-out take.
  case heldOutSource(number: Int64, purpose: String)
  /// A word that names no take.
  case badTakeName(String, purpose: String)
  /// Takes cannot both go on from music and begin with given notes.
  case twoBeginnings
  /// The dial goes from the base to a round, and the model is the base.
  case dialOfTheBase
  /// A file or a take cannot be played as a score.
  case badScore(String, cause: String)
  /// A tempo in quarters a minute was asked for of a score that has none.
  case noTempo(of: String)
  /// A gauge cannot be used.
  case badGauge(name: String, cause: String)
  /// A file holds no music.
  case noMusic(path: String, cause: String)
  /// A new training run would overwrite an unfinished one.
  case unfinishedRun(path: String)
  /// Another process is doing work in the project that only one at a time may do; `holder` describes it, if
  /// it is known.
  case atWork(doing: String, project: String, holder: String?)
  /// There are several instruments to play to, and none was named.
  case severalInstruments([String])
  /// The takes to play or render have no events.
  case nothingToPlay(doing: String = "play")
  /// A model played no note in any attempt.
  case generatedNothing(model: String, seconds: Double)
  /// There is nothing to draw.
  case nothingToPlot(what: String, cause: String)
  /// No round can be drawn: there are some, and nothing was held out to judge them by.
  case roundsNotJudged(count: Int)
  /// There is no take to audition: all are judged already, or there are none.
  case nothingToAudition(project: String)
  /// A part of a take is empty or reaches beyond it; times in seconds.
  case badPart(doing: String, take: Int64, from: Double, until: Double, length: Double)
  /// No note sounds in a part of a take.
  case silentPart(doing: String, take: Int64, from: Double, until: Double)
  /// A part was given with other than one take.
  case partOfMany(doing: String, takes: Int)
  /// The moment to continue from is not in the music; in seconds.
  case badMoment(of: String, at: Double, length: Double)
  /// A moment to continue from was given without music to continue.
  case momentOfNothing
  /// Takes were asked for with their primers, and the library has none of them.
  case noPrimer(doing: String, takes: Int)
  /// A note on a take is empty.
  case emptyNote(take: Int64)
  /// A path is empty.
  case emptyPath(doing: String)
  /// A file would be overwritten.
  case fileExists(path: String)
  /// A file is no backup, or is damaged.
  case badBackup(path: String, cause: String)
  /// A disk has too little room; both numbers are in bytes.
  case noRoom(path: String, needed: Int, free: Int)
  /// A project was examined and is not healthy.
  case unhealthy(project: String, problems: Int, remedies: Int)
  /// There is too little playing for what was asked.
  case tooLittlePlaying(doing: String, needs: String)
  /// A blind test needs two different models.
  case blindNeedsTwoModels
  /// Work was stopped that has no partial result.
  case stopped(doing: String)
}

extension WorkbenchError: CustomStringConvertible {
  /// What went wrong, in one sentence.
  public var description: String {
    switch self {
    case .homeNotFound(let start):
      "cannot find the workbench: no folder from \(start) upward holds Projects and Templates"
    case .wrongHome(let path):
      "cannot find the workbench: WOODSHED_HOME is \(path), which holds no Projects and Templates"
    case .projectNotFound(let start, _):
      start.hasPrefix("/")
        ? "cannot find a project: there is no project.toml from \(start) upward"
        : "cannot find a project: the current folder is gone"
    case .noSuchProject(let name, let known):
      "cannot open project \(name): there is none of that name"
        + (known.isEmpty ? "" : "; known: \(Self.list(known))")
    case .projectExists(let path):
      "cannot make a project in \(path): something is there already; choose another name"
    case .badProjectName(let name):
      "cannot make a project or template named '\(name)': a name is letters, digits, "
        + "spaces, - and _, and no longer than \(Project.longestName) bytes"
    case .noSuchTemplate(let name, let known):
      "cannot open template \(name): there is none of that name; known: \(Self.list(known))"
    case .badSettings(let path, let cause):
      "cannot read \(path): \(cause)"
    case .fileSystem(let action, let path, let cause):
      "cannot \(action) \(path): \(cause)"
    case .nothingToTrainOn(let project):
      "cannot tune \(project): it has no played takes"
    case .noSuchRound(let name):
      "cannot find round \(name): there is none"
    case .roundInUse(let number):
      "cannot remove the weights of round \(number): it is in use"
    case .weightsRemoved(let number):
      "cannot open round \(number): its weights were removed by you, and only its record is left"
    case .roundWithoutWeights(let number, let path):
      "cannot open round \(number): its weights are not at \(path)"
    case .weightsChanged(let path):
      "cannot use \(path): it no longer holds the weights that were written"
    case .noSuchTake(let number):
      "cannot find take \(number): the library has none of that number"
    case .deletedTake(let number, let day, let copy):
      "cannot find take \(number): you deleted it on \(day), and a copy is \(copy)"
    case .neededTake(let number, let cause):
      "cannot delete take \(number): \(cause)"
    case .notReleasable(let number, let cause):
      "cannot release take \(number): \(cause)"
    case .hasJudged(let number, let round):
      "cannot release take \(number): round \(round) was judged by it"
    case .noMatch(let project):
      "cannot choose takes of \(project): none is as you asked"
    case .noTakes(let project):
      "cannot find the last take of \(project): the library is empty"
    case .nobodyPlayed(let doing):
      "cannot \(doing): there is none of your own playing for it"
    case .heldOutPrimer(let number):
      "cannot go on from take \(number): it is set aside for judging, and a model must not hear it"
    case .heldOutSource(let number, let purpose):
      "cannot \(purpose) take \(number): it is set aside for judging, and a model must not hear it"
    case .badTakeName(let name, let purpose):
      "cannot \(purpose) '\(name)': a take is named by its number, or last"
    case .twoBeginnings:
      "cannot generate: takes go on from something or begin with notes of your own, not both"
    case .dialOfTheBase:
      "cannot turn the dial: it goes from the base to a round, and the model is the base; tune first, "
        + "or name a round"
    case .badScore(let name, let cause): "cannot perform \(name): \(cause)"
    case .noTempo(let name):
      "cannot perform \(name) at quarters a minute: it has no tempo; say a factor, such as 1.2"
    case .badGauge(let name, let cause):
      "cannot use the gauge \(name): \(cause)"
    case .noMusic(let path, let cause):
      "cannot use \(path): \(cause)"
    case .unfinishedRun(let path):
      "cannot start a run: an unfinished one is at \(path)"
    case .atWork(let doing, let project, let holder):
      "cannot \(doing) \(project): \(holder ?? "another woodshed") is at it already"
    case .severalInstruments(let names):
      "cannot choose an instrument to play to: there are "
        + names.map { "\"\($0)\"" }.joined(separator: ", ")
    case .nothingToPlay(let doing):
      "cannot \(doing): the takes have no events"
    case .generatedNothing(let model, let seconds):
      "cannot generate: \(model) struck no key in \(Readable.words(seconds: seconds)), however often it "
        + "was asked; give it longer, another seed or something to go on from"
    case .roundsNotJudged(let count):
      "cannot draw the rounds: the picture shows playing that was held out, and for "
        + (count == 1 ? "the only round" : "the \(count) rounds")
        + " there was too little to hold any out"
    case .nothingToPlot(let what, let cause):
      "cannot draw the \(what): \(cause)"
    case .nothingToAudition(let project):
      "cannot audition \(project): no take waits to be judged"
    case .badPart(let doing, let take, let from, let until, let length):
      "cannot \(doing) \(Readable.text(seconds: from)) to \(Readable.text(seconds: until)) of take \(take): "
        + (from >= until && until != length
          ? "it would end before it begins"
          : "the take is \(Readable.text(seconds: length)) long")
    case .silentPart(let doing, let take, let from, let until):
      "cannot \(doing) \(Readable.text(seconds: from)) to \(Readable.text(seconds: until)) of take \(take): "
        + "no note sounds in it"
    case .partOfMany(let doing, let takes):
      "cannot \(doing) a part of \(takes) takes: it can be of one take at a time"
    case .badMoment(let music, let moment, let length):
      "cannot go on from \(Readable.text(seconds: moment)) of \(music): it is "
        + "\(Readable.text(seconds: length)) long"
    case .momentOfNothing:
      "cannot go on from a moment: there is nothing that it is of"
    case .noPrimer(let doing, let takes):
      "cannot \(doing) \(takes == 1 ? "the take" : "the takes") with what came before: "
        + (takes == 1
          ? "it goes on from no take of the library" : "none goes on from a take of the library")
    case .emptyNote(let take):
      "cannot note anything of take \(take): there are no words"
    case .tooLittlePlaying(let doing, let needs):
      "cannot \(doing): it needs \(needs)"
    case .blindNeedsTwoModels:
      "cannot compare blind: it needs two different models, such as 1 and 2"
    case .stopped(let doing):
      "cannot \(doing): it was stopped, and nothing was stored"
    case .emptyPath(let doing):
      "cannot \(doing): the path is empty; name a file or a folder"
    case .fileExists(let path):
      "cannot write \(path): something is there already; choose another name"
    case .badBackup(let path, let cause):
      "cannot restore \(path): \(cause)"
    case .noRoom(let path, let needed, let free):
      "cannot restore into \(path): it needs \(Readable.megabytes(needed)), and "
        + "\(Readable.megabytes(free)) are free"
    case .unhealthy(let project, let problems, let remedies):
      "cannot call \(project) healthy: \(Readable.count(problems, "problem"))"
        + (remedies > 0 ? ", \(remedies) of them can be mended" : "")
    }
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.joined(separator: ", ")
  }
}
