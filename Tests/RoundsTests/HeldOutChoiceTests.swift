import Testing

@testable import Rounds

@Suite struct HeldOutChoiceTests {
  private func sessions(_ takesAndDurations: [(Int, Int64)]) -> [HeldOutChoice.Candidate] {
    takesAndDurations.enumerated().map { index, session in
      HeldOutChoice.Candidate(session: Int64(index + 1), takes: session.0, duration: session.1)
    }
  }

  @Test func aboutATenthAndAtLeastTwoTakes() throws {
    let candidates = sessions((0..<40).map { (1, 100 + Int64($0)) })
    let chosen = try #require(HeldOutChoice.choose(among: candidates))
    let total = candidates.reduce(0) { $0 + $1.duration }
    let held = candidates.filter { chosen.contains($0.session) }.reduce(0) { $0 + $1.duration }
    #expect(chosen.count >= 2)
    #expect(Double(held) >= 0.1 * Double(total))
    #expect(Double(held) <= 0.13 * Double(total))
  }

  @Test func aLongSessionDoesNotSwallowThePlaying() throws {
    let chosen = try #require(
      HeldOutChoice.choose(among: sessions([(30, 9000), (1, 500), (1, 500), (1, 500)])))
    #expect(!chosen.contains(1))
  }

  @Test func theSameSessionsInAnyOrderGiveTheSameChoice() {
    let candidates = sessions((0..<12).map { (1, 100 + Int64($0 * 7 % 5)) })
    #expect(
      HeldOutChoice.choose(among: candidates) == HeldOutChoice.choose(among: candidates.reversed()))
  }

  @Test func twoShortSessionsBesideALongOneAreATenth() {
    #expect(HeldOutChoice.choose(among: sessions([(1, 60), (1, 900), (1, 60)])) == [1, 3])
  }

  @Test(arguments: [[], [(1, 100)], [(5, 1000)], [(1, 100), (1, 100)]] as [[(Int, Int64)]])
  func tooLittlePlayingSetsNothingAside(playing: [(Int, Int64)]) {
    #expect(HeldOutChoice.choose(among: sessions(playing)) == nil)
  }
}
