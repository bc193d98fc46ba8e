import Disk
import Foundation
import Library
import MIDI
import Network
import Performance
import Player
import Synchronization
import Testing
import Work

@testable import Rounds
@testable import Workbench

@Suite struct RoundTests {
  let bench: Bench

  init() throws {
    bench = try Bench()
  }

  @Test func aRoundPredictsHeldOutPlayingBetterAndIsRecorded() throws {
    let project = try bench.projectWithMusic()
    let report = try project.tune(TuneRequest(settings: Bench.quickSettings)) { _ in true }
    let base = try #require(report.base)
    let tuned = try #require(report.tuned)
    #expect(tuned.value < base.value - 0.2, "\(base.text) → \(tuned.text)")
    #expect(report.round == 1)
    #expect(report.status == "current")
    #expect(report.heldOutTakes >= 2)
    #expect(report.takes + report.heldOutTakes == 8)

    let round = try #require(try project.library.currentRound())
    #expect(round.number == 1)
    let takes = try project.library.takes(ofRound: 1)
    let heldOut = Set(
      try project.library.takes(matching: TakeQuery(heldOut: true)).map(\.number))
    #expect(Set(takes.filter { $0.role == .heldOut }.map(\.take)) == heldOut)
    #expect(Set(takes.filter { $0.role == .train }.map(\.take)).isDisjoint(with: heldOut))
  }

  @Test func theSameSeedGivesTheSameWeights() throws {
    let project = try bench.projectWithMusic()
    func weights() throws -> Data {
      let report = try project.tune(TuneRequest(settings: Bench.quickSettings)) { _ in true }
      return try Data(contentsOf: URL(filePath: report.weights))
    }
    func tensors(_ data: Data) -> Data { data.suffix(10_000) }
    let first = try weights()
    #expect(try tensors(weights()) == tensors(first))
  }

  @Test func aStoppedTuningIsKeptAndGoneOnWith() throws {
    let project = try bench.projectWithMusic()
    let whole = try project.tune(TuneRequest(settings: Bench.quickSettings)) { _ in true }
    let stopped = try project.tune(TuneRequest(settings: Bench.quickSettings)) { progress in
      !progress.activity.hasPrefix("tuning") || progress.done < 1000
    }
    #expect(stopped.ending == .stopped)
    var request = TuneRequest(settings: Bench.quickSettings)
    request.resume = true
    let resumed = try project.tune(request) { _ in true }
    #expect(resumed.round == 3)
    #expect(resumed.events == whole.events)
    #expect(throws: RoundsError.nothingToResume(path: project.models.folder.plainPath)) {
      try project.tune(request) { _ in true }
    }
  }

  @Test func aRoundIsNeverWorseThanOneThatWentAllTheWay() throws {
    let project = try bench.projectWithMusic()
    var settings = Bench.quickSettings
    settings.learningRate = 0.03
    settings.folds = 0
    let found = try project.tune(TuneRequest(settings: settings)) { _ in true }
    settings.interpolation = false
    let whole = try project.tune(TuneRequest(settings: settings)) { _ in true }
    #expect(whole.share == nil)
    let share = try #require(found.share)
    #expect((0...1).contains(share))
    // The weights are written in 16 bits.
    #expect(
      try #require(found.tuned).value < #require(whole.tuned).value + 0.001, "\(share)")
    #expect(try project.show(round: 1).numbers?.share == share)
  }

  @Test func aRoundOfBeforeInterpolationWentAllTheWay() throws {
    let project = try bench.projectWithMusic()
    _ = try project.tune(TuneRequest(settings: Bench.quickSettings)) { _ in true }
    #expect(try #require(try project.library.currentRound()).tuneSettings.interpolation)
    let old = try TuneSettings(recorded: Data(#"{"passes": 3}"#.utf8))
    #expect(!old.interpolation && old.passes == 3 && old.folds == 0 && old.earlyStopping)
    // And one of before folds were stopped made all its passes.
    let whole = try TuneSettings(recorded: Data(#"{"folds": 3}"#.utf8))
    #expect(!whole.earlyStopping && whole.trainingOptions(precision: .float32).patience == .max)
  }

  @Test func heldOutTakesStayHeldOut() throws {
    let project = try bench.projectWithMusic()
    func heldOut() throws -> Set<Int64> {
      Set(try project.library.takes(matching: TakeQuery(heldOut: true)).map(\.number))
    }
    let music = TakeMusic(project.library)
    #expect(try project.library.chooseHeldOut(music) == nil)
    let chosen = try heldOut()
    #expect(chosen.count >= 2)
    #expect(try project.library.chooseHeldOut(music) == nil)
    #expect(try heldOut() == chosen)
    #expect(try project.library.heldOutSince() != nil)
    let held = try #require(
      try project.library.takes(matching: TakeQuery(heldOut: true)).first)
    var request = GenerateRequest()
    request.after = "\(held.number)"
    #expect(throws: WorkbenchError.heldOutPrimer(number: held.number)) {
      try project.generate(request) { _ in true }
    }
  }

  @Test func tooLittlePlayingSaysSoAndStillTrains() throws {
    let project = try bench.projectWithMusic(takes: 2)
    let report = try project.tune(TuneRequest(settings: Bench.quickSettings)) { _ in true }
    #expect(report.base == nil)
    #expect(report.remarks.count == 1)
    #expect(report.heldOutTakes == 0 && report.heldOutGroups == 0)
  }

  @Test func littlePlayingIsRehearsed() throws {
    let project = try bench.projectWithMusic(takes: 2)
    let activities = Mutex<[String]>([])
    var settings = Bench.quickSettings
    settings.learningRate = 0.03
    settings.folds = 0
    let report = try project.tune(TuneRequest(settings: settings)) { now in
      activities.withLock { if $0.last != now.activity { $0.append(now.activity) } }
      return true
    }
    #expect(
      activities.withLock { $0.prefix(2) } == ["tuning", "rehearsing without your latest playing"])
    let share = try #require(report.share)
    #expect(0.1 <= share && share < 1)
    #expect(try project.verify(round: 1) { _ in true }.isSame)

    settings.interpolation = false
    let whole = try project.tune(TuneRequest(settings: settings)) { _ in true }
    #expect(whole.share == nil)
    // Of rounds that were not rehearsed the record makes the weights again, too.
    #expect(try project.verify(round: 2) { _ in true }.isSame)
  }

  @Test func aRehearsalThatIsStoppedChangesNothing() throws {
    let project = try bench.projectWithMusic(takes: 2)
    var settings = Bench.quickSettings
    settings.folds = 0
    let report = try project.tune(TuneRequest(settings: settings)) {
      !$0.activity.hasPrefix("rehearsing")
    }
    #expect(report.share == nil && report.ending == .passes)
    #expect(try project.verify(round: 1) { _ in true }.isSame)
  }

  @Test func aRehearsalLeavesOutTheLatestPlaying() {
    func plan(_ takes: [(events: Int, minutes: Int64, played: Bool)]) -> TunePlan {
      var plan = TunePlan(settings: TuneSettings(), parent: nil)
      plan.takes = takes.enumerated().map { index, take in
        TunePlan.Entry(
          number: Int64(index + 1), digest: "", origin: take.played ? .played : .generated,
          nanoseconds: take.minutes * 60_000_000_000, events: take.events)
      }
      return plan
    }
    // What was kept is not the musician's.
    #expect(
      Rehearsal(of: plan([(900, 1, true), (100, 1, true), (200, 1, true), (500, 1, false)]))?
        .leftOut == [2, 1])
    #expect(Rehearsal(of: plan([(900, 1, true), (100, 1, true), (200, 1, true)]))?.events == 900)
    // One that is more than half is trained on.
    #expect(Rehearsal(of: plan([(300, 1, true), (900, 1, true)]))?.leftOut == [0])
    #expect(Rehearsal(of: plan([(900, 1, true)])) == nil)
    #expect(Rehearsal(of: plan([])) == nil)
    #expect(Rehearsal(of: plan([(900, 40, true), (900, 40, true)])) == nil)
    var judged = plan([(900, 1, true), (900, 1, true)])
    judged.heldOut = [judged.takes[0]]
    #expect(Rehearsal(of: judged) == nil)
  }

  @Test func aRoundIsTheMeanOfItsFoldsAndItsRecordMakesItAgain() throws {
    let project = try bench.projectWithMusic()
    let activities = Mutex<[String]>([])
    let report = try project.tune(TuneRequest(settings: Bench.quickSettings)) { now in
      activities.withLock { if $0.last != now.activity { $0.append(now.activity) } }
      return true
    }
    #expect(
      activities.withLock { $0.prefix(4) } == [
        "tuning, part 1 of 3", "tuning, part 2 of 3", "tuning, part 3 of 3", "weighing the round",
      ])
    let way = try #require(report.way)
    #expect(way.folds == 3 && way.groups == report.takes)
    #expect(way.looks.map(\.share) == WayChoice.shares)
    let share = try #require(report.share)
    #expect(WayChoice.smallestShare <= share)
    #expect(0..<1 ~= way.agreement)
    #expect(report.groups?.count == 8)
    #expect(report.heldOutGroups == report.heldOutTakes)
    let promised = try #require(report.promised)
    #expect(promised.value == report.gain?.value)
    #expect(promised.standardError ?? 0 >= report.gain?.standardError ?? 1)
    #expect(report.repertoire?.value ?? 0 > 0)
    #expect(try project.verify(round: 1) { _ in true }.isSame)
  }

  @Test func aRoundStoppedInItsSecondPartIsMadeAgainToo() throws {
    let project = try bench.projectWithMusic()
    let report = try project.tune(TuneRequest(settings: Bench.quickSettings)) {
      $0.activity != "tuning, part 2 of 3" || $0.done - $0.doneBefore < 500
    }
    #expect(report.ending == .stopped)
    #expect(report.way?.folds == 2)
    #expect(try project.verify(round: 1) { _ in true }.isSame)
    // And goes on where it stopped, to what it would have been.
    var request = TuneRequest(settings: Bench.quickSettings)
    request.resume = true
    let resumed = try project.tune(request) { _ in true }
    let whole = try project.tune(TuneRequest(settings: Bench.quickSettings)) { _ in true }
    #expect(resumed.ending == .passes && resumed.share == whole.share)
    #expect(resumed.tuned == whole.tuned)
  }

  @Test func whatWasDiscardedSinceIsNotGoneOnWith() throws {
    let project = try bench.projectWithMusic()
    func stop() throws {
      _ = try project.tune(TuneRequest(settings: Bench.quickSettings)) {
        $0.activity != "tuning, part 2 of 3" || $0.done - $0.doneBefore < 500
      }
    }
    try stop()
    var request = TuneRequest(settings: Bench.quickSettings)
    request.resume = true
    // Other settings do not change what was begun, and what came in since waits.
    request.settings.passes = 9
    let notes = try project.library.soundingNotes(of: 5).dropLast(3)
    try project.addPlayed(takes: [MIDIEvent.events(of: Array(notes))], session: "since")
    let outlook = try project.outlook(request)
    #expect(outlook.settings.passes == Bench.quickSettings.passes)
    #expect(
      outlook.warnings.contains("1 take came in since it was begun, and is for the next round"))
    try project.judge([.number(5)], .discard)
    let error = RoundsError.hasLearnedUnwanted(takes: [5])
    #expect(throws: error) { try project.outlook(request) }
    #expect(throws: error) { try project.tune(request) { _ in true } }
    try project.undo(of: .number(5))
    #expect(try project.tune(request) { _ in true }.ending == .passes)
  }

  @Test func whatModelsPlayedAloneIsNoRound() throws {
    let project = try bench.project()
    let made = try bench.generated(2, in: project)
    try project.judge(made.map { .number($0) }, .keep())
    let error = WorkbenchError.nothingToTrainOn(project: "blues")
    let request = TuneRequest(settings: Bench.quickSettings)
    #expect(throws: error) { try project.outlook(request) }
    #expect(throws: error) { try project.tune(request) { _ in true } }
  }

  @Test func whereNothingElseCanBeSetAsideItIsSaid() throws {
    let project = try bench.projectWithMusic()
    _ = try project.tune(TuneRequest(settings: Bench.quickSettings)) { _ in true }
    let before = try project.library.takes(matching: TakeQuery(heldOut: true)).map(\.number)
    for take in before { try project.judge([.number(take)], .discard) }
    var request = TuneRequest(settings: Bench.quickSettings)
    request.choosesAgain = true
    let report = try project.tune(request) { _ in true }
    #expect(
      report.remarks == [
        "there is too little else to set aside: what is set aside stays as it is"
      ])
    #expect(try project.library.takes(matching: TakeQuery(heldOut: true)).map(\.number) == before)
  }

  @Test func aRepertoireIsLearnedAllTheWay() throws {
    let project = try bench.projectWithMusic()
    let careful = try project.tune(TuneRequest(settings: Bench.quickSettings)) { _ in true }
    var settings = Bench.quickSettings
    settings.repertoire = true
    let byHeart = try project.tune(TuneRequest(settings: settings)) { _ in true }
    #expect(byHeart.share == 1 && byHeart.way == nil && byHeart.isByHeart == true)
    #expect(byHeart.gain != nil)
    #expect(try #require(byHeart.repertoire).value > #require(careful.repertoire).value)
    #expect(try project.verify(round: 2) { _ in true }.isSame)
  }

  @Test func setAsideAgainOldRoundsKeepTheirNumbersAndJudgeNoMore() throws {
    let project = try bench.projectWithMusic(takes: 12)
    let first = try project.tune(TuneRequest(settings: Bench.quickSettings)) { _ in true }
    func heldOut() throws -> Set<Int64> {
      Set(try project.library.takes(matching: TakeQuery(heldOut: true)).map(\.number))
    }
    let before = try heldOut()
    for take in before { try project.judge([.number(take)], .discard) }
    var request = TuneRequest(settings: Bench.quickSettings)
    request.choosesAgain = true
    let second = try project.tune(request) { _ in true }
    #expect(try heldOut().isDisjoint(with: before))
    #expect(second.base != nil)
    // Round 1 has learned from what judges now.
    #expect(second.previous == 1 && second.standing == nil && second.gainOnStanding == nil)
    #expect(try project.show(round: 1).numbers?.gain == first.gain)
    #expect(try project.rounds().rounds.map(\.isOfOtherHeldOut) == [true, false])
    let words = "round 1 has learned from music that is set aside now: it expects that too well"
    var comparison = CompareRequest(.model(.round(1)), .model(.round(2)))
    comparison.minutes = 0.5
    #expect(try project.compare(comparison) { _ in true }.remarks.contains(words))
    var third = TuneRequest(settings: Bench.quickSettings)
    third.start = .round(1)
    #expect(throws: RoundsError.hasLearnedHeldOut(number: 1)) {
      try project.tune(third) { _ in true }
    }
    third.start = .round(2)
    #expect(try project.library.hasLearned(round: 2, from: heldOut()) == false)
    #expect(try project.library.faults() == [])
  }

  @Test func anEmptyLibraryCannotBeTuned() throws {
    let project = try bench.project()
    #expect(throws: WorkbenchError.nothingToTrainOn(project: "blues")) {
      try project.tune(TuneRequest(settings: Bench.quickSettings)) { _ in true }
    }
  }

  @Test func changedWeightsAreNoticed() throws {
    let project = try bench.projectWithMusic()
    let report = try project.tune(TuneRequest(settings: Bench.quickSettings)) { _ in true }
    let file = URL(filePath: report.weights)
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count - 3] ^= 1
    try bytes.write(to: file)
    #expect(throws: WorkbenchError.weightsChanged(path: file.plainPath)) {
      try project.generate(GenerateRequest()) { _ in true }
    }
  }
}

@Suite struct GenerationTests {
  let bench: Bench

  init() throws {
    bench = try Bench()
  }

  @Test func takesAreStoredWithAllThatMakesThemAgain() throws {
    let project = try bench.projectWithMusic(takes: 2)
    var request = GenerateRequest()
    request.takes.count = 3
    request.takes.seconds = 4
    request.seed = 11
    request.after = "last"
    request.model = .base
    let first = try project.generate(request) { _ in true }
    let again = try project.generate(request) { _ in true }
    #expect(first.takes.map(\.number) == [3, 4, 5])
    for (one, other) in zip(first.takes, again.takes) {
      #expect(
        try project.library.events(of: one.number) == project.library.events(of: other.number))
    }
    let take = try #require(try project.library.take(4))
    #expect(take.origin == .generated)
    let made = try #require(take.generation)
    #expect(made.model == "base")
    #expect(made.seed == 11)
    #expect(made.stream == 1)
    #expect(made.primerTake == 2)
    #expect(made.round == nil)
  }

  @Test(arguments: [nil, "last"] as [String?])
  func whatIsPlayedCanBePlayedByAHand(after: String?) throws {
    let project = try bench.projectWithMusic(takes: 2)
    var request = GenerateRequest()
    request.takes.count = 4
    request.takes.seconds = 10
    request.seed = 5
    request.after = after
    for played in try project.generated(for: request, progress: { _ in true }) {
      let end = played.map(\.end).max() ?? 0
      #expect(end <= 11_000_000_000)
      for note in played {
        #expect(note.end - note.start <= 5_000_000_000)
        #expect(note.start <= 10_000_000_000)
      }
      let byKey = Dictionary(grouping: played, by: \.pitch)
      for notes in byKey.values {
        #expect(zip(notes, notes.dropFirst()).allSatisfy { $0.end <= $1.start })
      }
    }
  }

  @Test func numbersOutOfBoundsAreRefused() throws {
    let project = try bench.project()
    for change: (inout GenerateRequest) -> Void in [
      { $0.takes.count = 0 }, { $0.takes.seconds = .nan }, { $0.takes.temperature = 0 },
      { $0.takes.topP = 1.5 },
    ] {
      var request = GenerateRequest()
      change(&request)
      #expect(throws: WrongValue.self) { try project.generate(request) { _ in true } }
    }
    #expect(throws: WorkbenchError.noTakes(project: "blues")) {
      var request = GenerateRequest()
      request.after = "last"
      return try project.generate(request) { _ in true }
    }
  }
}

@Suite struct EvaluationTests {
  @Test func filesAreScoredWholeAndSummedUp() throws {
    let bench = try Bench()
    let music = try bench.music(takes: 3)
    let report = try bench.home.template(named: "tiny").base()
      .evaluate(on: [music], precision: nil) { _ in true }
    let files = report.files
    #expect(files.count == 3)
    #expect(report.events == files.reduce(0) { $0 + $1.events })
    let nats = files.reduce(0.0) { $0 + ($1.nllPerEvent ?? 0) * Double($1.events) }
    #expect(abs(report.nllPerEvent - nats / Double(report.events)) < 1e-9)
    #expect(abs(report.nllPerNote - nats / Double(report.notes)) < 1e-9)
    let kinds = try #require(report.kinds)
    #expect(Set(kinds.map(\.kind)) == ["noteOn", "noteOff", "timeShift", "velocity"])
    #expect(kinds.reduce(0) { $0 + $1.events } == report.events)
    #expect(kinds.first { $0.kind == "noteOn" }?.events == report.notes)
    #expect(abs(kinds.reduce(0) { $0 + $1.nllPerNote } - report.nllPerNote) < 1e-9)
    // A network that knows nothing is about as surprised as by a throw of 388 dice.
    #expect(abs(report.nllPerEvent - 5.96) < 0.3)
    // The first event of a file is not counted.
    let first = MusicFile(at: URL(filePath: files[0].path)).performances[0]
    let tokens = PreparedNotes(first.soundingNotes).tokens().count
    #expect(files[0].events == tokens - 1)
    let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(report))
    let keys = try #require(json as? [String: Any]).keys
    #expect(Set(["nllPerEvent", "nllPerNote", "events", "notes", "files"]).isSubset(of: keys))
  }

  /// A minute's silence between two halves of a file, read by all that read music.
  @Test func whatAModelReadsHasNoLongSilencesAndTokensAreAsTheFileIs() throws {
    let bench = try Bench()
    let notes = (0..<8).map { place -> Note in
      let start = Int64(place) * 500_000_000 + (place < 4 ? 0 : 60_000_000_000)
      return Note(pitch: 60 + UInt8(place), velocity: 64, start: start, end: start + 400_000_000)
    }
    let file = bench.folder.appending(path: "silence.mid")
    try Data(StandardMIDIFile.bytes(of: MIDIEvent.events(of: notes), name: "")).write(to: file)

    // As note-seq has it, to the event: a minute is sixty shifts of a second.
    let listed = try TokenListing(ofFileAt: file.plainPath).takes[0]
    #expect(listed == Encoding.tokens(of: notes))
    #expect(listed.count { $0 == 355 } >= 60)

    // Five seconds for whatever a model reads or is judged by.
    let cut = PreparedNotes(notes).tokens()
    #expect(cut.count { $0 == 355 } == 5)
    let project = try bench.project()
    // An import would cut it in two; a library of an older version has it whole.
    try project.addPlayed(takes: [MIDIEvent.events(of: notes)], session: "before")
    #expect(try project.primer(named: file.plainPath).tokens == cut)
    #expect(try project.primer(named: "1").tokens == cut)
    #expect(try TakeMusic(project.library).music(of: 1).tokens == cut)
    let report = try bench.home.template(named: "tiny").base()
      .evaluate(on: [file.plainPath], precision: nil) { _ in true }
    #expect(report.events == cut.count - 1)
    // From the end of the fourth note to the beginning of the fifth there are 60.1 s.
    #expect(abs(report.cutSeconds - 55.1) < 0.001)
    #expect(abs(report.seconds - 8.8) < 0.001)
  }

  @Test func anErrorBarSaysWhatIsNoise() {
    let even = (0..<10).map { _ in TakeScore(nats: 30, events: 10) }
    #expect(Estimate.natsPerEvent(even) == Estimate(value: 3, standardError: 0))
    let uneven = (0..<10).map { TakeScore(nats: $0.isMultiple(of: 2) ? 20 : 40, events: 10) }
    let estimate = Estimate.natsPerEvent(uneven)
    #expect(estimate.value == 3)
    // The standard error of ten draws of 3 ± 1 is 1/√10.
    #expect(abs((estimate.standardError ?? 0) - 0.316) < 0.03)
    #expect(Estimate.natsPerEvent([even[0]]).standardError == nil)
    // Takes that all got better by the same are no noise at all, however much they differ.
    let better = uneven.map { TakeScore(nats: $0.nats - 1, events: 10) }
    let gain = Estimate.gain(from: uneven, to: better)
    #expect(abs(gain.value - 0.1) < 1e-9)
    #expect((gain.standardError ?? 1) < 1e-9)
  }
}
