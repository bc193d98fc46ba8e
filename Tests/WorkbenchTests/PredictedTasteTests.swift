import Disk
import Foundation
import Library
import MIDI
import Network
import Rounds
import Testing

@testable import Workbench

@Suite struct PredictedTasteTests {
  /// Twenty seconds of notes about a pitch of their own, as dense as the take pleases.
  private func take(using random: inout SeededGenerator) -> [Note] {
    let middle = Int.random(in: 45...80, using: &random)
    let spacing = Int.random(in: 100_000_000...500_000_000, using: &random)
    return stride(from: Int64(0), to: 20_000_000_000, by: spacing).map { start in
      Note(
        pitch: UInt8(middle + Int.random(in: -9...9, using: &random)),
        velocity: UInt8.random(in: 30...110, using: &random), start: start,
        end: start + Int64.random(in: 50_000_000...900_000_000, using: &random))
    }
  }

  /// Takes, and what a model that knows nothing of them makes of them.
  private func takes(_ count: Int, seed: UInt64) -> [(
    notes: [Note], features: PredictedTaste.Features
  )] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      let notes = take(using: &random)
      let output = (0..<64).map { _ in Float.random(in: -1...1, using: &random) }
      return (
        notes,
        PredictedTaste.Features(
          notes: notes, outputs: PredictedTaste.outputs(output))
      )
    }
  }

  @Test(arguments: 1..<6 as Range<UInt64>)
  func aTasteForHighAndSparseIsFound(seed: UInt64) throws {
    let takes = takes(40, seed: seed)
    let listener = Listener(keepingAThirdOf: takes.map(\.notes))
    let taste = try #require(
      PredictedTaste(judged: takes.map { ($0.features, listener.keeps($0.notes)) }))
    #expect(taste.report.guess == .discard)
    #expect(taste.report.guessed == Proportion(count: 26, of: 40))
    #expect(taste.report.predicted.count > 26)
    // Of takes that it never saw, the upper third is liked more: by more than chance would do it in
    // one of a thousand draws.
    let others = self.takes(60, seed: seed + 100)
    let best = others.sorted { taste.score(of: $0.features) > taste.score(of: $1.features) }
      .prefix(20).map(\.notes)
    let all = Listener.meanLiking(of: others.map(\.notes))
    let chance = 3 * Double(3).squareRoot() * (all.standardError ?? 0)
    #expect(Listener.meanLiking(of: best).value > all.value + chance)
  }

  @Test func aClearTasteIsTrusted() throws {
    let takes = takes(60, seed: 1)
    let likings = takes.map { Listener.liking($0.notes) }
    let middle = likings.sorted()[30]
    let taste = try #require(
      PredictedTaste(judged: zip(takes, likings).map { ($0.features, $1 >= middle) }))
    #expect(taste.report.isBetter, "\(taste.report)")
  }

  @Test func verdictsThatMeanNothingTeachNothing() throws {
    // Of 20 coins one may come up so by chance.
    let trusted = try (0..<20).count { seed in
      let takes = takes(40, seed: UInt64(seed))
      var random = SeededGenerator(seed: UInt64(seed) + 1000)
      let judged = takes.map { ($0.features, Bool.random(using: &random)) }
      return try #require(PredictedTaste(judged: judged)).report.isBetter
    }
    #expect(trusted <= 1)
  }

  @Test func itNeedsTwentyVerdictsOfBothKinds() {
    let takes = takes(20, seed: 1).map(\.features)
    #expect(PredictedTaste(judged: takes.dropLast().map { ($0, $0.row[0] > 4.1) }) == nil)
    #expect(PredictedTaste(judged: takes.map { ($0, true) }) == nil)
    #expect(PredictedTaste(judged: takes.map { ($0, $0.row[0] > 4.1) }) != nil)
    // One of them alone is left out once, by what has never heard of such a thing.
    let lonely = PredictedTaste(judged: takes.enumerated().map { ($1, $0 == 7) })
    #expect(lonely?.report.isBetter == false)
  }

  @Test func theAuditionBeginsWithWhatWillBeLiked() throws {
    let bench = try Bench()
    let project = try bench.project()
    // Takes 1 to 24, high and low in turn: enough verdicts on the first 20.
    let files = try (1...24).map { number in
      let root = number % 2 == 1 ? 72 : 48
      let notes = (0..<24).map { index in
        Note(
          pitch: UInt8(root + (index * number) % 13), velocity: 80,
          start: Int64(index) * 250_000_000, end: Int64(index) * 250_000_000 + 200_000_000)
      }
      let file = bench.folder.appending(path: "\(number).mid")
      try Data(StandardMIDIFile.bytes(of: MIDIEvent.events(of: notes))).write(to: file)
      return file.plainPath
    }
    for file in files { _ = try project.importFiles(at: [file]) { _ in true } }
    for take in 1...19 {
      try project.judge([.number(Int64(take))], take % 2 == 1 ? .keep() : .discard)
    }
    var request = AuditionRequest()
    request.order = .taste
    request.origin = .played
    var programme = try project.programme(for: request) { _ in true }
    #expect(programme.taste == nil)
    #expect(programme.entries.map(\.reason) == Array(repeating: .randomForTaste, count: 5))
    try project.judge([.number(20)], .discard)
    programme = try project.programme(for: request) { _ in true }
    #expect(programme.taste?.isBetter == true)
    #expect(programme.entries.map(\.reason) == Array(repeating: .taste, count: 4))
    #expect(Set(programme.entries.prefix(2).map(\.take)) == [21, 23])
    // In turns, and with surprise from the same reading.
    request.order = .mixed
    programme = try project.programme(for: request) { _ in true }
    #expect(programme.entries.map(\.reason) == [.taste, .random, .surprising, .taste])
    #expect(programme.entries.allSatisfy { ($0.surprise ?? 0) > 0 })
    // Nothing is learned from verdicts on another kind of take.
    request.origin = nil
    #expect(try project.programme(for: request) { _ in true }.taste == nil)
    withExtendedLifetime(bench) {}
  }
}

@Suite struct LogisticRegressionTests {
  @Test func theWeightIsWhereItsGradientIsZero() {
    // Two examples at ±1: w = 2σ(−w) with a ridge of 1.
    let model = LogisticRegression(rows: [[3], [5]], outcomes: [false, true], ridge: 1)
    let weight = model.logOdds(of: [5])
    #expect(abs(weight - 2 / (1 + exp(weight))) < 1e-9)
    #expect(abs(model.logOdds(of: [4])) < 1e-9)
    #expect(abs(model.logOdds(of: [3]) + weight) < 1e-9)
  }

  @Test func whatIsAlwaysTheSameSaysNothing() {
    let model = LogisticRegression(
      rows: [[1, 7], [2, 7], [3, 7], [4, 7]], outcomes: [false, false, true, true], ridge: 0.1)
    #expect(model.logOdds(of: [4, 7]) == model.logOdds(of: [4, 1000]))
    #expect(model.logOdds(of: [4, 7]) > 1)
  }

  @Test func manyColumnsAndOneOutcomeStayFinite() {
    var random = SeededGenerator(seed: 1)
    let rows = (0..<6).map { _ in (0..<20).map { _ in Double.random(in: -1...1, using: &random) } }
    let model = LogisticRegression(
      rows: rows, outcomes: Array(repeating: true, count: 6), ridge: 0.01)
    #expect(rows.allSatisfy { model.logOdds(of: $0).isFinite && model.logOdds(of: $0) > 2 })
  }
}
