import Console
import Foundation
import Library
import MIDI
import Performance
import Player
import Testing

@testable import Rounds
@testable import Workbench

/// What a round is trained on.
@Suite struct RoundDataTests {
  private let bench: Bench
  private let project: Project
  private var settings: TuneSettings { Bench.quickSettings }

  init() throws {
    bench = try Bench()
    project = try bench.projectWithMusic()
  }

  private func plan() throws -> TunePlan {
    try TunePlan(of: project.library, TakeMusic(project.library), settings: settings)
  }

  /// A round on record that nobody trained.
  private func pretendRound(_ number: Int, at date: Date, numbers: String = "{}") throws {
    let file = project.models.round(number)
    try Data("weights \(number)".utf8).write(to: file)
    try project.library.addRound(
      NewRound(
        number: number, parent: nil, createdAt: date, settings: "{}", seed: 1,
        programVersion: "0", status: .current, numbers: numbers,
        weightsFile: file.lastPathComponent,
        weightsDigest: try Digest.sha256(ofFileAt: file), takes: []))
  }

  @Test func onlyWhatIsKeptIsFedBack() throws {
    let made = try bench.generated(3, in: project)
    try project.judge([.number(made[0])], .keep())
    try project.judge([.number(made[1])], .discard)
    try project.judge([.number(1)], .discard)
    let plan = try plan()
    #expect(plan.kept.map(\.number) == [made[0]])
    #expect(plan.kept.map(\.weight) == [0.5])
    #expect(plan.played.map(\.number) == [2, 3, 4, 5, 6, 7, 8])
    #expect(plan.leftOut == [.init(take: 1, reason: "you discarded it")])
    #expect(plan.unkept == 1)
    try project.undo(of: .number(made[0]))
    #expect(try self.plan().kept.isEmpty)
  }

  @Test func aKeptPhraseIsFedBackAlone() throws {
    let made = try bench.generated(1, in: project)
    try project.judge([.number(made[0])], .keep(from: 1, to: 3))
    let entry = try #require(try plan().kept.first)
    #expect(entry.phrase == 1_000_000_000..<3_000_000_000)
    #expect(entry.nanoseconds == 2_000_000_000)
    let notes = try project.library.soundingNotes(of: entry.number, phrase: entry.phrase)
    #expect(!notes.isEmpty)
    #expect(notes.allSatisfy { (1_000_000_000..<3_000_000_000).contains($0.start) })
    let music = try TakeMusic(project.library).music(of: entry)
    #expect(music.tokens == PreparedNotes(notes).tokens() && music.tokens.count == entry.events)
  }

  @Test func keptTakesAreCountedAndTheirPhrasesApart() throws {
    let made = try bench.generated(4, in: project)
    try project.judge([.number(made[0])], .keep(from: 0, to: 2))
    try project.judge([.number(made[0])], .keep(from: 2, to: 4))
    try project.judge(made[1...3].map { .number($0) }, .keep())
    let outlook = try project.outlook(TuneRequest(settings: settings))
    let kept = try plan().kept
    #expect(kept.map(\.number) == [made[0], made[0], made[1], made[2], made[3]])
    #expect((outlook.kept.takes, outlook.kept.takesInPhrases, outlook.kept.phrases) == (4, 1, 2))
    #expect(outlook.played.phrases == 0)
    let line = try #require(outlook.lines.first { $0.contains("you kept") })
    #expect(line.contains(", 4 takes (one in 2 phrases), "), "\(line)")
    #expect(line.contains("at weight "))
  }

  @Test func takesThatFindNoRoomAreReadWhenTheirTurnComes() throws {
    let plan = try plan()
    func corpus(_ plan: TunePlan, mostNotes: Int = TakeMusic.mostNotes) throws -> TakeCorpus {
      try TakeCorpus(plan, TakeMusic(project.library, mostNotes: mostNotes), for: .withContext)
    }
    let (all, few) = (try corpus(plan), try corpus(plan, mostNotes: 1))
    #expect(few.count == all.count && all.count > 2)
    for take in 0..<all.count {
      for pass in 0..<2 {
        #expect(few.tokens(at: take, pass: pass) == all.tokens(at: take, pass: pass))
      }
    }
    try few.check()

    var other = plan
    other.takes[1].number = 999
    let broken = try corpus(other, mostNotes: 1)
    try broken.check()
    #expect(broken.tokens(at: 0, pass: 0) == all.tokens(at: 0, pass: 0))
    #expect(broken.tokens(at: 1, pass: 0) == [])
    #expect(throws: (any Error).self) { try broken.check() }
  }

  @Test func aTakeIsDecodedOnceHoweverOftenItIsAskedFor() throws {
    let music = TakeMusic(project.library)
    let plan = try TunePlan(of: project.library, music, settings: settings)
    // What has been read is not read again: the library may be gone by now.
    try project.library.close()
    let corpus = try TakeCorpus(plan, music, for: .plain)
    for (index, take) in plan.takes.enumerated() {
      #expect(try music.music(of: take).tokens.count == take.events)
      #expect(!corpus.tokens(at: index, pass: 0).isEmpty)
    }
    try corpus.check()
  }

  @Test(arguments: [(0, 4), (4, 4), (5, 4), (1000, 4)])
  func aSampleIsSpreadOverAll(count: Int, most: Int) {
    let spread = Array(0..<count).spread(atMost: most)
    #expect(spread.count == min(count, most))
    #expect(spread == spread.sorted())
    #expect(spread.first == (0..<count).first && spread.last ?? 0 >= count * 3 / 4 - 1)
  }

  @Test func coolTakesAreWarnedOf() throws {
    var request = GenerateRequest()
    request.takes.count = 1
    request.takes.seconds = 5
    request.takes.temperature = 0.7
    request.seed = 3
    request.model = .base
    let made = try project.generate(request) { _ in true }.takes[0].number
    try project.judge([.number(made)], .keep())
    #expect(
      try project.outlook(TuneRequest(settings: settings)).warnings == [
        "1 kept take was not generated at temperature 1 and top-p 1: such takes are good to hear, "
          + "and narrow to learn from"
      ])
  }

  @Test func whatIsKeptHasAThirdAtMost() throws {
    // Of eight takes of ten seconds all but one are gone.
    try project.judge((1...7).map { .number($0) }, .discard)
    for seed: UInt64 in 1...3 {
      let made = try bench.generated(8, in: project, seed: seed)
      try project.judge(made.map { .number($0) }, .keep())
    }
    let plan = try plan()
    #expect(plan.kept.count == 24)
    #expect(abs(plan.keptShare - 1.0 / 3) < 1e-9)
    #expect(plan.kept.allSatisfy { $0.weight < 0.5 })
    #expect(plan.played.allSatisfy { $0.weight == 1 })
  }

  @Test func aCopyOfOnesOwnIsLeftOut() throws {
    // Take 3 as a model might have learned it by heart, a tone higher.
    let notes = try project.library.soundingNotes(of: 3).map {
      Note(pitch: $0.pitch + 2, velocity: 60, start: $0.start, end: $0.end)
    }
    let copy = NewTake(
      origin: .generated, startedAt: Date(), events: MIDIEvent.events(of: notes), notes: notes,
      pedalNanoseconds: 0, generation: .init(model: "base", seed: 1))
    let number = try project.library.add(
      [copy], to: NewSession(kind: .generation, name: "base", startedAt: Date()))[0]
    try project.judge([.number(number)], .keep())
    let plan = try plan()
    #expect(plan.kept.isEmpty)
    #expect(plan.leftOut.map(\.take) == [number])
    #expect(plan.leftOut[0].reason.hasPrefix("it is nearly a copy: 100 % of its figures"))
    #expect(
      try project.outlook(TuneRequest(settings: settings)).text
        .contains("left out     take \(number): it is nearly a copy"))
  }

  @Test func whatIsKeptCountsLessWithAge() throws {
    let made = try bench.generated(1, in: project)
    try project.judge([.number(made[0])], .keep())
    var weights: [Double?] = []
    for round in 1...9 {
      weights.append(try plan().kept.first?.weight)
      try pretendRound(round, at: Date().addingTimeInterval(Double(round)))
    }
    #expect(weights == [0.5, 0.5, 0.5, 0.25, 0.125, 0.0625, 0.03125, nil, nil])
    #expect(try plan().leftOut.map(\.take) == made)
  }

  @Test func whoStopsAndResumesIsNoRoundOlder() throws {
    let made = try bench.generated(1, in: project)
    try project.judge([.number(made[0])], .keep())
    var record = try JSONDecoder().decode(RoundNumbers.self, from: Data("{}".utf8))
    record.ending = .stopped
    for round in 1...6 {
      try pretendRound(
        round, at: Date().addingTimeInterval(Double(round)), numbers: try record.recorded())
    }
    #expect(try plan().kept.first?.weight == 0.5)
  }

  @Test func aDryRunTellsAllAndChangesNothing() throws {
    let request = TuneRequest(settings: settings)
    let outlook = try project.outlook(request)
    #expect(outlook.round == 1)
    #expect(outlook.heldOut.takes >= 2)
    #expect(outlook.played.takes + outlook.heldOut.takes == 8)
    #expect(outlook.takes.allSatisfy { $0.digest.count == 64 && $0.weight == 1 })
    #expect(try project.library.playedSessions().allSatisfy { !$0.heldOut })
    #expect(try project.library.rounds().isEmpty)
    // What is trained is what was told.
    let report = try project.tune(request) { _ in true }
    #expect(report.data?.takes == outlook.takes)
    #expect(report.heldOutTakes == outlook.heldOut.takes)
  }

  @Test func whatIsNewIsToldAndNothingNewIsWarnedOf() throws {
    let request = TuneRequest(settings: settings)
    _ = try project.tune(request) { _ in true }
    let again = try project.outlook(request)
    #expect(again.previous == 1)
    #expect(again.newPlayed.takes == 0)
    #expect(again.warnings.contains { $0.hasPrefix("nothing new was played since round 1") })
    let made = try bench.generated(2, in: project)
    try project.judge(made.map { .number($0) }, .keep())
    let notes = try project.library.soundingNotes(of: 5)
    try project.library.add(
      [
        NewTake(
          origin: .played, startedAt: Date(), events: MIDIEvent.events(of: notes), notes: notes,
          pedalNanoseconds: 0)
      ], to: NewSession(kind: .recording, name: "keyboard", startedAt: Date()))
    let fresh = try project.outlook(request)
    #expect(fresh.newPlayed.takes == 1)
    #expect(fresh.newKept.takes == 2)
    #expect(fresh.warnings.isEmpty)
  }
}
