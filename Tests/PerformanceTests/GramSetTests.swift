import Foundation
import Performance
import Testing

@Suite struct GramSetTests {
  /// Far apart, so that about a quarter is in the sample.
  private let grams = (1...4000).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 >> 1 }

  @Test func theSampleIsAQuarterAndToldByTheGram() {
    let set = GramSet(grams)
    let asked = grams.compactMap { set.contains($0) }
    #expect(asked.count == set.count)
    #expect((900...1100).contains(set.count))
    #expect(asked.allSatisfy { $0 })
    let others = grams.compactMap { set.contains($0 ^ 0x55) }
    #expect(others.count { $0 } == 0)
    #expect(GramSet(union: [GramSet(grams.prefix(2000)), GramSet(grams.dropFirst(1000))]) == set)
  }

  @Test func aFileGivesTheSetBack() throws {
    for count in [0, 1, 2, 4000] {
      let set = GramSet(grams.prefix(count))
      #expect(try GramSet(bytes: set.bytes) == set)
    }
    let bytes = GramSet(grams).bytes
    // 57 4F 4F 44 47 52 41 4D  WOODGRAM
    // 01 00 00 00 08 00 00 00 04 00 00 00  version 1, eight notes, one in four
    #expect(Array(bytes.prefix(8)) == Array("WOODGRAM".utf8))
    #expect(Array(bytes[8..<20]) == [1, 0, 0, 0, 8, 0, 0, 0, 4, 0, 0, 0])
    // About 24 bits for each of a thousand of 32, header aside.
    #expect(bytes.count < 1100 * 24 / 8 + 40)
  }

  @Test func theShippedFileIsRead() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Templates/solo-piano/grams.bin").standardizedFileURL
    let set = try GramSet(bytes: [UInt8](Data(contentsOf: file)))
    #expect(set.count == 2_075_507)
    #expect(set.falsePositiveRate < 0.001)
  }

  @Test func otherBytesAreRefused() {
    let bytes = GramSet(grams).bytes
    func error(_ bytes: [UInt8]) -> GramSetError? {
      do {
        _ = try GramSet(bytes: bytes)
        return nil
      } catch { return error }
    }
    #expect(error([]) == .notGrams)
    #expect(error(Array(bytes.prefix(30))) == .notGrams)
    #expect(error(Array(bytes.dropLast())) == .damaged)
    #expect(error(bytes + [0]) == .damaged)
    for place in stride(from: 20, to: bytes.count, by: 97) {
      var other = bytes
      other[place] ^= 0x10
      #expect(error(other) == .damaged, "byte \(place)")
    }
    var newer = bytes
    newer[8] = 2
    #expect(error(newer) == .otherKind(version: 2))
  }

  @Test func aStretchOfTheCorpusIsFound() {
    let set = GramSet(grams.prefix(400))
    let other = (0..<100).map { UInt64($0) &* 0xD1B5_4A32_D192_ED03 >> 1 }
    let overlap = set.overlap(with: other + grams.prefix(200) + other)
    #expect(overlap.shared == set.overlap(with: Array(grams.prefix(200))).grams)
    // The grams of both ends that were not looked at are not counted.
    #expect((180...207).contains(overlap.longestRun))
    #expect(set.overlap(with: other).longestRun == 0)
  }
}
