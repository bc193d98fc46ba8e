import Foundation
import Testing

@testable import Rounds

/// Records of rounds as older versions wrote them, read for ever.
@Suite struct RoundNumbersTests {
  private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures")

  private static func numbers(_ json: String) throws -> RoundNumbers {
    try JSONDecoder().decode(RoundNumbers.self, from: Data(json.utf8))
  }

  @Test func aRecordOfVersion01IsReadWhole() throws {
    let data = try Data(contentsOf: Self.fixtures.appending(path: "numbers-0.1.json"))
    let numbers = try JSONDecoder().decode(RoundNumbers.self, from: data)
    #expect(numbers.round == 2)
    #expect(numbers.status == "current")
    #expect(numbers.takes == 4)
    #expect(numbers.data?.kept.takes == 1)
    #expect(numbers.data?.keptShare ?? 0 > 0)
    #expect(numbers.heldOutTakes == 2)
    #expect(numbers.base?.text == "2.406 ± 0.006")
    #expect(numbers.previous == 1)
    #expect(numbers.gain.map { $0.value > 0 } == true)
    #expect(numbers.history?.count == 3)
    #expect(numbers.variety != nil && numbers.standingVariety != nil && numbers.ownVariety != nil)
    #expect(numbers.ending == .passes)
    #expect(numbers.precision != "")
    #expect(numbers.baseDigest?.count == 64)
    #expect(numbers.minutes == nil)
    #expect(numbers.isComplete)
  }

  @Test func whatAnOlderRecordLacksIsEmpty() throws {
    let numbers = try Self.numbers(#"{"nllPerEvent": 1.9, "passes": 12}"#)
    #expect(numbers.passes == 12)
    #expect(numbers.seconds == 0 && numbers.takes == 0 && numbers.precision == "")
    #expect(numbers.base == nil && numbers.data == nil && numbers.baseDigest == nil)
    #expect(!numbers.isComplete)
  }

  @Test(arguments: [
    #"{"passes": "many"}"#, #"{"gain": 7}"#, #"{"ending": "by magic"}"#, #"{"minutes": "x"}"#, "7",
  ])
  func whatIsOfAnotherKindIsNoRecord(json: String) {
    #expect(throws: DecodingError.self) { try Self.numbers(json) }
  }

  @Test func whatIsWrittenIsReadAgainWithoutTheDataList() throws {
    let data = try Data(contentsOf: Self.fixtures.appending(path: "numbers-0.1.json"))
    var numbers = try JSONDecoder().decode(RoundNumbers.self, from: data)
    numbers.data?.takes = [.init(take: 1, digest: "d", weight: 1, phrase: nil)]
    let again = try Self.numbers(numbers.recorded())
    #expect(again.data?.takes.isEmpty == true)
    #expect(again.gain == numbers.gain && again.history == numbers.history)
    #expect(try again.recorded() == numbers.recorded())
  }
}
