import Library
import Network
import Player
import Rounds
import Synth
import Testing
import Work

@testable import Console
@testable import Workbench

/// What a person reads when something went wrong, whole.
@Suite struct SentenceTests {
  @Test(arguments: [
    (
      RoundsError.notRepeatable(number: 2, cause: "it was stopped"),
      "cannot train round 2 again: it was stopped"
    ),
    (
      RoundsError.againstTheClock(number: 2),
      "cannot train round 2 again: it was trained against the clock (--minutes), which runs once"
    ),
    (
      RoundsError.hasLearnedUnwanted(takes: [3, 4]),
      "cannot resume: it has learned from takes 3, 4, which you discarded or set aside since; start again without --resume"
    ),
    (
      RoundsError.hasLearnedHeldOut(number: 2),
      "cannot start from round 2: it has learned from what is set aside for judging now"
    ),
    (
      RoundsError.nothingToResume(path: "/a"),
      "cannot resume: there is no interrupted run at /a; start one without --resume"
    ),
    (
      RoundsError.damagedPlan(path: "/a"),
      "cannot read /a: it is damaged or of an older woodshed; start again without --resume"
    ),
  ])
  func anErrorOfTheRoundsIsOneSentenceWithWhatToDo(error: RoundsError, says: String) {
    #expect(sentence(for: error) == says)
  }

  @Test(arguments: [
    (
      WorkbenchError.homeNotFound(start: "/a"),
      "cannot find the workbench: no folder from /a upward holds Projects and Templates; go to your "
        + "checkout, or set WOODSHED_HOME to it"
    ),
    (
      .projectNotFound(start: "/a", known: []),
      "cannot find a project: there is no project.toml from /a upward; make one with: woodshed new "
        + "NAME"
    ),
    (
      .projectNotFound(start: "/a", known: ["b", "c"]),
      "cannot find a project: there is no project.toml from /a upward; name one with --project: b, c"
    ),
    (
      .noSuchProject(name: "a", known: []),
      "cannot open project a: there is none of that name; make it with: woodshed new a"
    ),
    (
      .noSuchProject(name: "a", known: ["b", "c"]),
      "cannot open project a: there is none of that name; known: b, c"
    ),
    (
      .projectExists(path: "/a"),
      "cannot make a project in /a: something is there already; choose another name"
    ),
    (
      .badProjectName("-"),
      "cannot make a project or template named '-': a name is letters, digits, spaces, - and _, "
        + "and no longer than 200 bytes"
    ),
    (
      .noSuchTemplate(name: "a", known: []),
      "cannot open template a: there is none of that name; known: none"
    ),
    (.badSettings(path: "/a", cause: "it is torn"), "cannot read /a: it is torn"),
    (
      .fileSystem(action: "write", path: "/a", cause: "the disk is full"),
      "cannot write /a: the disk is full"
    ),
    (
      .nothingToTrainOn(project: "a"),
      "cannot tune a: it has no played takes; bring some with: woodshed import PATH"
    ),
    (.noSuchRound(name: "2"), "cannot find round 2: there is none; see: woodshed rounds"),
    (
      .roundInUse(number: 2),
      "cannot remove the weights of round 2: it is in use; first use another, or the base: woodshed "
        + "rounds use base"
    ),
    (
      .wrongHome(path: "/a"),
      "cannot find the workbench: WOODSHED_HOME is /a, which holds no Projects and Templates; go to "
        + "your checkout, or set WOODSHED_HOME to it"
    ),
    (
      .weightsRemoved(number: 2),
      "cannot open round 2: its weights were removed by you, and only its record is left"
    ),
    (
      .severalInstruments(["20:0 a", "24:0 b"]),
      "cannot choose an instrument to play to: there are \"20:0 a\", \"24:0 b\"; name one with --to, "
        + "by its numbers or name"
    ),
    (
      .nobodyPlayed(doing: "draw your style"),
      "cannot draw your style: there is none of your own playing for it; bring some in with: "
        + "woodshed import PATH"
    ),
    (
      .roundWithoutWeights(number: 2, path: "/a"),
      "cannot open round 2: its weights are not at /a"
    ),
    (
      .weightsChanged(path: "/a"),
      "cannot use /a: it no longer holds the weights that were written; see: woodshed doctor; else "
        + "restore it from a backup, or tune again"
    ),
    (
      .noSuchTake(number: 3),
      "cannot find take 3: the library has none of that number; see: woodshed takes"
    ),
    (
      .noTakes(project: "a"),
      "cannot find the last take of a: the library is empty; try: woodshed import PATH"
    ),
    (
      .heldOutPrimer(number: 3),
      "cannot go on from take 3: it is set aside for judging, and a model must not hear it"
    ),
    (.noMusic(path: "/a", cause: "it holds no notes"), "cannot use /a: it holds no notes"),
    (
      .unfinishedRun(path: "/a"),
      "cannot start a run: an unfinished one is at /a; go on with it by --resume, or remove it"
    ),
    (
      .atWork(doing: "tune", project: "a", holder: nil),
      "cannot tune a: another woodshed is at it already; wait until it is done, or end it with Ctrl-C"
    ),
    (.nothingToPlay(), "cannot play: the takes have no events"),
    (.nothingToPlay(doing: "render"), "cannot render: the takes have no events"),
    (
      .generatedNothing(model: "the base", seconds: 1),
      "cannot generate: the base struck no key in 1 second, however often it was asked; give it longer, "
        + "another seed or something to go on from"
    ),
    (
      .nothingToPlot(what: "rounds", cause: "there is no round yet"),
      "cannot draw the rounds: there is no round yet; try: woodshed tune"
    ),
    (
      .roundsNotJudged(count: 2),
      "cannot draw the rounds: the picture shows playing that was held out, and for the 2 rounds there was "
        + "too little to hold any out"
    ),
    (
      .nothingToAudition(project: "a"),
      "cannot audition a: no take waits to be judged; make some with: woodshed generate"
    ),
    (
      .badPart(doing: "keep", take: 3, from: 62, until: 1, length: 10),
      "cannot keep 1:02 to 0:01 of take 3: it would end before it begins"
    ),
    (
      .badPart(doing: "keep", take: 3, from: 5, until: 555, length: 10),
      "cannot keep 0:05 to 9:15 of take 3: the take is 0:10 long"
    ),
    (
      .partOfMany(doing: "keep", takes: 3),
      "cannot keep a part of 3 takes: --from and --until are for one take at a time"
    ),
    (
      .badMoment(of: "take 6", at: 200, length: 90),
      "cannot go on from 3:20 of take 6: it is 1:30 long"
    ),
    (
      .momentOfNothing, "cannot use --at without --after: it is a moment of what is gone on from"
    ),
    (
      .noPrimer(doing: "play", takes: 1),
      "cannot play the take with what came before: it goes on from no take of the library"
    ),
    (
      .noPrimer(doing: "render", takes: 2),
      "cannot render the takes with what came before: none goes on from a take of the library"
    ),
    (
      .neededTake(number: 3, cause: "round 1 was trained on it"),
      "cannot delete take 3: round 1 was trained on it"
    ),
    (
      .notReleasable(number: 3, cause: "it is not set aside for judging"),
      "cannot release take 3: it is not set aside for judging"
    ),
    (
      .hasJudged(number: 3, round: 2),
      "cannot release take 3: round 2 was judged by it; set other music aside with: woodshed tune "
        + "--choose-held-out"
    ),
    (
      .deletedTake(number: 3, on: "2026-11-29", copy: "/a/deleted/take-3-played.mid"),
      "cannot find take 3: you deleted it on 2026-11-29, and a copy is /a/deleted/take-3-played.mid"
    ),
    (
      .noMatch(project: "a"),
      "cannot choose takes of a: none is as you asked; see: woodshed takes"
    ),
    (.emptyNote(take: 3), "cannot note anything of take 3: there are no words"),
    (.fileExists(path: "/a"), "cannot write /a: something is there already; choose another name"),
    (.badBackup(path: "/a", cause: "it is torn"), "cannot restore /a: it is torn"),
    (
      .noRoom(path: "/a", needed: 2_000_000, free: 100_000),
      "cannot restore into /a: it needs 2.0 MB, and 0.1 MB are free"
    ),
    (
      .unhealthy(project: "a", problems: 2, remedies: 0), "cannot call a healthy: 2 problems"
    ),
    (
      .unhealthy(project: "a", problems: 2, remedies: 1),
      "cannot call a healthy: 2 problems, 1 of them can be mended: woodshed doctor --fix"
    ),
    (
      .tooLittlePlaying(doing: "compare with you", needs: "two takes of your own"),
      "cannot compare with you: it needs two takes of your own; bring some in with: woodshed import "
        + "PATH"
    ),
    (
      .blindNeedsTwoModels,
      "cannot compare blind: it needs two different models, such as 1 and 2"
    ),
    (
      .stopped(doing: "back up a"), "cannot back up a: it was stopped, and nothing was stored"
    ),
  ])
  func theWorkbenchSaysWhatToDo(error: WorkbenchError, says: String) {
    #expect(sentence(for: error) == says)
  }

  @Test(arguments: [
    (
      LibraryError.corrupt(doing: "read", path: "/a") as any Error,
      "cannot read /a: the file is damaged; see: woodshed doctor"
    ),
    (
      LibraryError.damaged(what: "take 3", path: "/a"),
      "cannot read take 3 in /a: it is not as it was written; see: woodshed doctor"
    ),
    (
      SynthError.noSoundFont(folders: ["/a", "/b"]),
      "cannot make sound: there is no SoundFont in /a, /b; install the package "
        + "fluid-soundfont-gm, or name one with --soundfont"
    ),
    (
      SynthError.noSpeakers(device: "default", cause: "busy"),
      "cannot open the sound card \"default\": busy; play to a port with --to, or make a file with: "
        + "woodshed render"
    ),
    (
      NetworkError.precision("bfloat16"),
      "cannot compute in bfloat16: this processor has no instructions for it; leave --precision away, "
        + "or say float32"
    ),
    (
      NetworkError.unfit(precision: "int8", purpose: "train"),
      "cannot train in int8: leave --precision away, or say float32"
    ),
    (
      WrongValue(.temperature, "9", mustBe: "from 0.05 to 5"),
      "cannot use --temperature 9: it must be from 0.05 to 5"
    ),
    (
      WrongValue(.rating, "9", mustBe: "from 1 to 5"),
      "cannot use a rating of 9: it must be from 1 to 5"
    ),
  ])
  func whatLiesBelowDoesToo(error: any Error, says: String) {
    #expect(sentence(for: error) == says)
  }

  @Test func withoutARemedyASentenceIsWhole() {
    let error = WorkbenchError.partOfMany(doing: "keep", takes: 3)
    #expect("\(error)" == "cannot keep a part of 3 takes: it can be of one take at a time")
    #expect(Remedy(for: error) == nil)
  }
}
