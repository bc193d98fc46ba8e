import Console
import Disk
import Foundation
import Library
import MIDI
import Performance
import Rounds
import Synth
import Testing
import Work

@testable import Workbench

@Suite struct CompareTests {
  private let bench: Bench
  private let project: Project

  init() throws {
    bench = try Bench()
    project = try bench.projectWithMusic()
    var request = TuneRequest(settings: Bench.quickSettings)
    request.settings.passes = 6
    _ = try project.tune(request) { _ in true }
  }

  private func compare(_ a: PlayerName, _ b: PlayerName) throws -> CompareReport {
    var request = CompareRequest(a, b)
    request.minutes = 0.4
    return try project.compare(request) { _ in true }
  }

  @Test func aRoundMovesTowardTheMusician() throws {
    let report = try compare(.model(.base), .model(.round(1)))
    #expect(report.a.name == "the base")
    #expect(report.b.name == "round 1")
    let gain = try #require(report.gain)
    #expect(gain.isSure && gain.value > 0.2)
    #expect(report.sentence.hasPrefix("Round 1 moved a good deal toward you"))
    #expect(report.measures.count == StyleMeasures(of: []).measures.count)
    for measure in report.measures + [report.distance] {
      for side in [measure.a, measure.b, measure.you] {
        #expect((0...1).contains(side.value), "\(measure.name)")
        #expect(side.standardError != nil)
      }
      #expect(abs(measure.nearer.value - (measure.a.value - measure.b.value)) < 1e-9)
    }
    // The same call, the same numbers.
    let again = try compare(.model(.base), .model(.round(1)))
    #expect(again.text == report.text)
    let back = try compare(.model(.round(1)), .model(.base))
    #expect(abs((back.gain?.value ?? 0) + gain.value) < 1e-9)
    #expect(back.sentence.hasPrefix("The base moved a good deal away from you"))
  }

  @Test func theMusicianIsOneOfThem() throws {
    let report = try compare(.model(.round(1)), .me)
    #expect(report.b.isMusician)
    #expect(report.gain == nil)
    #expect(report.sentence.hasPrefix("Round 1 "))
    #expect(report.sentence.contains("you"))
    #expect(report.distance.b == report.distance.you)
    #expect(try compare(.me, .me).sentence.hasPrefix("You are as near to yourself"))
  }

  @Test func aRoundIsNotNearerThanItself() throws {
    let report = try compare(.model(.round(1)), .model(.current))
    #expect(report.gain?.value == 0)
    #expect(report.sentence.hasPrefix("Round 1 is no nearer to you than round 1"))
  }

  @Test func withoutPlayingItSaysWhatItNeeds() throws {
    let empty = try bench.project("empty")
    #expect(
      throws: WorkbenchError.tooLittlePlaying(
        doing: "compare with you", needs: "two takes of your own")
    ) { try empty.compare(CompareRequest(.model(.base), .me)) { _ in true } }
    var request = CompareRequest(.model(.base), .me)
    request.minutes = .nan
    #expect(throws: WrongValue.self) { try project.compare(request) { _ in true } }
  }

  @Test func copiesOfTheBasesMusicAreFound() throws {
    let music = try bench.music(takes: 8)
    let report = try bench.home.noteGrams(of: [music], inTemplate: "tiny") { _ in true }
    #expect(report.files == 8)
    // The project was made before; a new one has the figures, and its music all stands in them.
    #expect(try compare(.model(.base), .me).b.ofBase == nil)
    let copy = try bench.project("copy")
    _ = try copy.importFiles(at: [music]) { _ in true }
    var request = CompareRequest(.model(.base), .me)
    request.minutes = 0.2
    let compared = try copy.compare(request) { _ in true }
    #expect(compared.b.ofBase?.share == 1)
    #expect(compared.text.contains("figures of the base's music"))
    // Bytes that are none are refused by name.
    try Data("WOODGRAM".utf8).write(to: copy.models.baseGrams)
    #expect(
      throws: WorkbenchError.badSettings(
        path: copy.models.baseGrams.plainPath, cause: "it holds no grams")
    ) { try copy.compare(request) { _ in true } }
  }
}

/// What the musician's sentence claims.
@Suite struct SentenceTests {
  private func report(
    gain: Estimate?, spread: Double = 20, own: Double = 18, run: Int = 8, nearer: Double = 0.1,
    of model: String = "round 3"
  ) -> CompareReport {
    func side(_ name: String, _ spread: Double, run: Int) -> CompareReport.Side {
      var variety = Variety(of: [])
      variety.distinctGrams = 0.5
      variety.pitchClassEntropy = 3
      variety.velocitySpread = spread
      var overlap = GramIndex.Overlap()
      overlap.longestRun = run
      return .init(
        name: name, isMusician: false, seconds: 1, notes: 1, heldOut: nil, variety: variety,
        ofYours: overlap, ofBase: nil)
    }
    let some = Estimate(value: 0.2, standardError: 0.01)
    return CompareReport(
      a: side("round 2", 20, run: 0), b: side(model, spread, run: run),
      you: side("you", own, run: 12), gain: gain, measures: [],
      distance: .init(
        name: "", a: some, b: some, nearer: Estimate(value: nearer, standardError: 0.01), you: some),
      pedalShare: 0, blind: nil, sentence: "", remarks: [])
  }

  @Test(arguments: [
    (0.03, 0.004, "Round 3 moved a little toward you"),
    (0.1, 0.004, "Round 3 moved toward you"),
    (
      -0.3, 0.1,
      "Round 3 moved a good deal away from you in what it expects, though what it plays is nearer"
    ),
    (
      0.03, 0.02,
      "Round 3 is no nearer to you than round 2 as far as your held-out playing can tell"
    ),
  ])
  func itMovesOnlyWhereTheErrorBarAllowsIt(value: Double, error: Double, says: String) {
    let sentence = CompareReport.sentence(
      for: report(gain: Estimate(value: value, standardError: error)))
    #expect(
      sentence
        == says
        + ", is as varied as round 2, and copied nothing longer than you repeat yourself.")
  }

  @Test func varietyAndCopiesAreSaid() {
    let gain = Estimate(value: 0.03, standardError: 0.004)
    #expect(
      CompareReport.sentence(for: report(gain: gain, spread: 17, run: 30))
        == "Round 3 moved a little toward you, is less varied than round 2, and copied 30 of your "
        + "notes in a row, where you repeat 12 of yours at most.")
    // Narrower than round 2, and not than the musician.
    #expect(
      CompareReport.sentence(for: report(gain: gain, spread: 17.95, own: 17)).contains(
        "is as varied as round 2"))
    #expect(
      CompareReport.sentence(for: report(gain: gain, spread: 24, run: 0))
        == "Round 3 moved a little toward you, is more varied than round 2, and copied nothing of "
        + "yours.")
    #expect(
      CompareReport.sentence(for: report(gain: nil)).hasPrefix(
        "Round 3 plays nearer to you than round 2"))
    #expect(
      CompareReport.sentence(for: report(gain: nil, of: "base.safetensors")).hasPrefix(
        "base.safetensors plays nearer to you than round 2"))
  }
}

@Suite struct BlindTests {
  private let bench: Bench
  private let project: Project

  init() throws {
    bench = try Bench()
    project = try bench.projectWithMusic()
    _ = try project.tune(TuneRequest(settings: Bench.quickSettings)) { _ in true }
  }

  private func test(_ count: Int, seed: UInt64 = 5) throws -> BlindTest {
    try project.blindTest(
      of: .model(.base), and: .model(.current), count: count, seconds: 3, seed: seed
    ) { _ in true }
  }

  @Test func pairsHaveOnePrimerAndSeedAndAHiddenOrder() throws {
    let test = try test(12)
    for pair in test.pairs {
      let a = try #require(try project.library.take(pair.takeA)?.generation)
      let b = try #require(try project.library.take(pair.takeB)?.generation)
      #expect(a.model == "base" && b.model == "round 1")
      #expect(a.seed == b.seed)
      #expect(a.primerTake == b.primerTake)
      #expect(pair.first == .number(pair.heardFirst == .a ? pair.takeA : pair.takeB))
    }
    #expect(Set(test.pairs.map(\.heardFirst)) == [.a, .b])
  }

  @Test func aPairIsWrittenAsMIDIWhereThereIsNoSoundFont() throws {
    let test = try test(2)
    let files = try test.files(of: test.pairs[1], by: nil, sound: Sound())
    #expect(!files.areSound)
    #expect(files.first.hasSuffix("/exports/blind-\(test.pairs[0].takeA)/pair-2-first.mid"))
    let bytes = try MusicFile.bytes(of: URL(filePath: files.second))
    let mark = TakeMark(in: try StandardMIDIFile(bytes: bytes).takes[0].texts)
    // Who of the two it was is not said.
    #expect(mark?.origin == .generated && mark?.generation == nil && mark?.take == nil)
  }

  @Test(.enabled(if: (try? SoundRequest().findSoundFont()) != nil))
  func aPairIsWrittenAsSoundWhereNothingCanPlayIt() throws {
    let test = try test(2)
    let files = try test.files(of: test.pairs[1], sound: SoundRequest())
    #expect(files.areSound)
    #expect(files.first.hasSuffix("/exports/blind-\(test.pairs[0].takeA)/pair-2-first.wav"))
    #expect(files.second.hasSuffix("/pair-2-second.wav"))
    for (path, take) in [(files.first, test.pairs[1].first), (files.second, test.pairs[1].second)] {
      let bytes = try Data(contentsOf: URL(filePath: path))
      #expect(bytes.starts(with: Data("RIFF".utf8)))
      // 44,100 frames of four bytes a second, as long as the take and more.
      let seconds = Double(try project.summary(of: take).nanoseconds) / 1e9
      #expect(Double(bytes.count) / 176_400 > seconds)
    }
    // Heard again, it is the same.
    let first = try Data(contentsOf: URL(filePath: files.first))
    #expect(try test.files(of: test.pairs[1], sound: SoundRequest()) == files)
    #expect(try Data(contentsOf: URL(filePath: files.first)) == first)
    var missing = SoundRequest()
    missing.soundFont = "/nowhere/piano.sf2"
    #expect(throws: SynthError.badSoundFont(path: "/nowhere/piano.sf2")) {
      try test.files(of: test.pairs[0], sound: missing)
    }
  }

  @Test func answersAreCountedForTheModelThatPlayed() throws {
    let test = try test(3)
    let none = try test.tally()
    #expect(none.pairs == 0 && none.lines == ["heard blind: no pair was answered"])
    for pair in test.pairs {
      try test.answer(pair, moreMe: pair.heardFirst == .b ? .first : .second, liked: .alike)
    }
    let tally = try test.tally()
    #expect(tally.moreMe == .init(a: 0, b: 3, alike: 0))
    #expect(tally.liked == .init(a: 0, b: 0, alike: 3))
    #expect(
      tally.text.contains("round 1 in 3 of 3: 100 %, between 44 and 100 %; may be chance"))
    #expect(try project.blindTally(of: .model(.round(1)), and: .model(.base))?.moreMe.a == 3)
    var request = CompareRequest(.model(.base), .model(.round(1)))
    request.minutes = 0.2
    #expect(try project.compare(request) { _ in true }.blind == tally)
  }

  @Test func theIntervalIsWilsons() {
    // 7 of 10: 0.397 to 0.892, as every table has it.
    let interval = BlindTally.Count(a: 3, b: 7, alike: 0).interval
    #expect(abs(interval.lowerBound - 0.397) < 0.001)
    #expect(abs(interval.upperBound - 0.892) < 0.001)
    #expect(BlindTally.Count(a: 0, b: 0, alike: 2).interval == 0...1)
  }

  @Test func itNeedsTwoModels() throws {
    #expect(throws: WorkbenchError.blindNeedsTwoModels) {
      try project.blindTest(of: .me, and: .model(.base), count: 1) { _ in true }
    }
    #expect(throws: WrongValue.self) {
      try project.blindTest(of: .model(.base), and: .model(.round(1)), count: 0) { _ in true }
    }
  }
}
