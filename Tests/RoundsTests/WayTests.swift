import Library
import Testing

@testable import Rounds

@Suite struct WayTests {
  /// Groups that gain `slope`·s − `cost`·s² per event, in so many folds.
  private func scores(_ groups: [(slope: Double, cost: Double)], folds: Int = 3) -> [FoldScore] {
    groups.enumerated().map { index, group in
      FoldScore(
        fold: index % folds, events: 5000,
        gained: WayChoice.shares.map { 5000 * ($0 * group.slope - $0 * $0 * group.cost) })
    }
  }

  @Test func theCubicGoesThroughTheLooks() {
    let score = scores([(0.1, 0.05)])[0]
    for (share, gained) in zip(WayChoice.shares, score.gained) {
      #expect(abs(score.gain(at: share) - gained) < 1e-6)
    }
    #expect(score.gain(at: 0) == 0)
  }

  /// Twelve pieces that agree: the best place, 0.1 / (2 · 0.0625) = 0.8, but for a little of doubt.
  @Test func manyPiecesThatAgreeGoToTheBestPlace() throws {
    let way = WayChoice(scores: scores(Array(repeating: (0.1, 0.0625), count: 12)))
      .way(folds: 3, agreement: 1)
    #expect((0.74...0.8).contains(way.foldShare))
    let gain = try #require(way.gain)
    #expect(abs(gain.value - 0.04) < 0.001)
    #expect(gain.standardError ?? 0 > 0)
    #expect(way.groups == 12)
    #expect(WayChoice.share(of: way) == way.foldShare)
  }

  /// What half of the pieces gain the others lose: nothing is sure.
  @Test func piecesThatDisagreeStayNearTheBase() {
    let way = WayChoice(scores: scores([(0.1, 0.05), (-0.1, 0.05), (0.09, 0.05), (-0.08, 0.05)]))
      .way(folds: 3, agreement: 0.6)
    #expect(way.foldShare == 0)
    #expect(WayChoice.share(of: way) == WayChoice.smallestShare)
  }

  @Test func twoPiecesAreBelievedLessThanTwelve() {
    let few = WayChoice(scores: scores(Array(repeating: (0.05, 0.06), count: 2))).best()
    let many = WayChoice(scores: scores(Array(repeating: (0.05, 0.06), count: 12))).best()
    #expect(few < many)
  }

  @Test func theMeanOfFoldsThatDisagreeGoesFarther() {
    var way = WayChoice(scores: scores(Array(repeating: (0.1, 0.1), count: 9)))
      .way(folds: 3, agreement: 1)
    let alone = WayChoice.share(of: way)
    way.agreement = 0.5
    #expect(abs(WayChoice.share(of: way) / alone - 1.189) < 0.001)
  }

  @Test func theErrorIsThatOfARatio() throws {
    // Gains of 0.2, 0.0 and 0.1 per event in groups of the same size.
    let estimate = Estimate.perEvent([(20, 100), (0, 100), (10, 100)])
    #expect(abs(estimate.value - 0.1) < 1e-12)
    #expect(abs(try #require(estimate.standardError) - 0.1 / 3.0.squareRoot()) < 1e-12)
    #expect(Estimate.perEvent([(5, 100)]).standardError == nil)
    #expect(Estimate.perEvent([]).value == 0)
  }

  /// As much other music as a third of the playing varies three times as much as the mean over all of it; as much
  /// as what is held out, as much as that.
  @Test func whatIsPromisedMayBeOffByOtherMusicToo() throws {
    let way = WayChoice(scores: scores(Array(repeating: (0.1, 0.06), count: 6)))
      .way(folds: 3, agreement: 1)
    let gain = Estimate(value: 0.03, standardError: 0.004)
    let byFolds = WayChoice.promise(gain, isHeldOut: false, way)
    #expect(byFolds.value == 0.03)
    #expect(abs(try #require(byFolds.standardError) - 0.008) < 1e-12)
    let byHeldOut = WayChoice.promise(gain, isHeldOut: true, way)
    #expect(abs(try #require(byHeldOut.standardError) - 0.004 * 2.0.squareRoot()) < 1e-12)
    #expect(
      WayChoice.promise(Estimate(value: 0, standardError: nil), isHeldOut: true, nil)
        .standardError == nil)
  }

  /// A fold's groups have no say in what they judge.
  @Test func theHonestGainIsNotChosenByWhatJudges() throws {
    var groups = Array(repeating: (slope: 0.1, cost: 0.05), count: 4)
    groups[0] = (-0.3, 0.1)
    let choice = WayChoice(scores: scores(groups, folds: 4))
    let share = choice.best(without: 0)
    #expect(share > choice.best())
    let validated = try #require(choice.crossValidatedGain)
    let chosen = Estimate.perEvent(
      choice.scores.map { ($0.gain(at: choice.best()), $0.events) })
    #expect(validated.value < chosen.value)
  }
}

@Suite struct FoldsTests {
  private func plan(_ takes: [(group: Int?, events: Int)], folds: Int = 3) -> TunePlan {
    var settings = TuneSettings()
    settings.folds = folds
    var plan = TunePlan(settings: settings, parent: nil)
    plan.takes = takes.enumerated().map { index, take in
      var entry = TunePlan.Entry(
        number: Int64(index + 1), digest: "", origin: take.group == nil ? .generated : .played,
        nanoseconds: 1, events: take.events)
      entry.group = take.group
      return entry
    }
    return plan
  }

  @Test func aGroupIsInOneFoldAndWhatModelsPlayedInNone() throws {
    let folds = try #require(
      Folds(of: plan([(0, 10), (1, 90), (0, 20), (2, 50), (nil, 40), (3, 40)])))
    #expect(folds.count == 3)
    #expect(folds.folds == [2, 0, 2, 1, nil, 2])
    #expect(folds.judging(2) == [0, 2, 5])
    #expect(folds.training(2) == [1, 3, 4])
  }

  @Test func twoGroupsAreTwoFoldsAndOneIsNone() throws {
    #expect(try #require(Folds(of: plan([(0, 10), (1, 20)]))).count == 2)
    #expect(Folds(of: plan([(0, 10), (0, 20), (nil, 5)])) == nil)
    #expect(Folds(of: plan([])) == nil)
    #expect(Folds(of: plan([(0, 10), (1, 20)], folds: 0)) == nil)
  }
}
