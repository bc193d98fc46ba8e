import Testing

@testable import Network

@Suite struct DropoutTests {
  /// Four numbers come of each draw, also where vectors make most of them.
  @Test(arguments: [0, 3, 32, 64, 101, 1000])
  func eachNumberComesOfSixteenBits(count: Int) {
    let mask = FloatBuffer(count: count + 2)
    var random = SeededGenerator(seed: 7)
    var other = random
    Dropout.draw(mask, in: 1..<count + 1, share: 0.3, using: &random)
    var expected: [Float] = []
    while expected.count < count {
      let bits = other.next()
      for place in 0..<4 {
        let isLeftOut = (bits >> (16 * UInt64(place))) & 0xFFFF < UInt64(Float(0.3) * 65536)
        expected.append(isLeftOut ? 0 : 1 / (1 - 0.3))
      }
    }
    #expect(mask.values == [0] + expected.prefix(count) + [0])
    #expect(random == other)
  }

  @Test func asManyAreLeftOutAsShouldBe() {
    let mask = FloatBuffer(count: 100_000)
    var random = SeededGenerator(seed: 1)
    Dropout.draw(mask, in: 0..<mask.count, share: 0.25, using: &random)
    // Five standard deviations of a share of 100,000.
    #expect(abs(Double(mask.values.count { $0 == 0 }) / 100_000 - 0.25) < 0.007)
  }
}
