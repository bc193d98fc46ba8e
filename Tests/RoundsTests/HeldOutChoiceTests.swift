import Testing

@testable import Rounds

@Suite struct HeldOutChoiceTests {
  /// Groups of so many takes and so long, the first of which was played first.
  private func groups(_ takesAndDurations: [(takes: Int, duration: Int64)]) -> [HeldOutChoice
    .Candidate]
  {
    takesAndDurations.enumerated().map { index, group in
      HeldOutChoice.Candidate(
        group: index, takes: group.takes, duration: group.duration, last: Int64(index + 1))
    }
  }

  @Test func aboutATenthAndAtLeastThreeGroups() throws {
    let candidates = groups((0..<40).map { (takes: 1, duration: Int64(100 + $0)) })
    let chosen = try #require(HeldOutChoice.choose(among: candidates))
    let total = candidates.reduce(0) { $0 + $1.duration }
    let held = candidates.filter { chosen.contains($0.group) }.reduce(0) { $0 + $1.duration }
    #expect(chosen.count >= 3)
    #expect(Double(held) >= 0.1 * Double(total))
    #expect(Double(held) <= 0.13 * Double(total))
  }

  @Test func whatWasPlayedOnceAndLongestAgoIsSetAsideFirst() {
    let takes = [3, 1, 5] + Array(repeating: 2, count: 16) + [1, 1]
    let practised = groups(takes.map { (takes: $0, duration: 100) })
    #expect(HeldOutChoice.choose(among: practised) == [1, 19, 20])
    let once = groups(Array(repeating: (takes: 1, duration: 100), count: 20))
    #expect(HeldOutChoice.choose(among: once) == [0, 1, 2])
  }

  @Test func aLongPieceDoesNotSwallowThePlaying() throws {
    let chosen = try #require(
      HeldOutChoice.choose(
        among: groups(
          [(takes: 1, duration: 9000)] + Array(repeating: (takes: 2, duration: 500), count: 6))))
    #expect(!chosen.contains(0))
  }

  @Test func whatARoundWasTrainedOnStaysWhereItIs() throws {
    var candidates = groups(Array(repeating: (takes: 1, duration: 100), count: 20))
    for index in 0..<5 { candidates[index].isFree = false }
    #expect(HeldOutChoice.choose(among: candidates) == [5, 6, 7])
  }

  @Test func theSameGroupsInAnyOrderGiveTheSameChoice() {
    let candidates = groups(
      (0..<12).map { (index: Int) in (takes: 1 + index % 3, duration: Int64(100 + index * 7 % 5)) })
    #expect(
      HeldOutChoice.choose(among: candidates) == HeldOutChoice.choose(among: candidates.reversed()))
  }

  @Test(
    arguments: [
      [], [(1, 100)], [(5, 1000)], [(1, 100), (1, 100)], [(1, 100), (1, 100), (1, 100), (1, 100)],
    ] as [[(takes: Int, duration: Int64)]])
  func tooLittlePlayingSetsNothingAside(playing: [(takes: Int, duration: Int64)]) {
    #expect(HeldOutChoice.choose(among: groups(playing)) == nil)
  }
}
