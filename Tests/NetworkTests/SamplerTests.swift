import Testing

@testable import Network

@Suite struct SamplerTests {
  private let weights = Weights(
    shape: NetworkShape(vocabulary: 11, embedding: 6, hidden: 10, layers: 2), seed: 2)

  private func all(_ stream: Int, _ mask: inout [Bool]) {
    for token in mask.indices { mask[token] = true }
  }

  private func draw(
    _ primers: [[UInt16]], count: Int, seed: UInt64 = 1, temperature: Float = 1, topP: Float = 1,
    weights: Weights? = nil, context: (any TokenContext)? = nil,
    allow: ((Int, inout [Bool]) -> Void)? = nil
  ) throws -> [[UInt16]] {
    let sampler = try Sampler(
      weights: weights ?? self.weights, context: context, streams: primers.count, seed: seed,
      precision: .float32)
    try sampler.prime(primers)
    var drawn = Array(repeating: [UInt16](), count: primers.count)
    for _ in 0..<count {
      let tokens = try sampler.step(
        temperature: temperature, topP: topP,
        active: Array(repeating: true, count: primers.count), allow: allow ?? all)
      for (stream, token) in tokens.enumerated() { drawn[stream].append(token) }
    }
    return drawn
  }

  @Test(arguments: [false, true])
  func coldestDrawsAreThePlainNetworksLikeliest(hasContext: Bool) throws {
    let weights = hasContext ? Weights.withContext(self.weights.shape, seed: 2) : self.weights
    // Primers of different lengths: each stream must have heard its own and nothing else.
    let primers: [[UInt16]] = [[3], [1, 2, 3, 4, 5, 6, 7], [9, 9]]
    let drawn = try draw(
      primers, count: 12, temperature: 0.001, weights: weights,
      context: hasContext ? Counting() : nil)
    let plain = PlainNetwork(weights: weights)
    for (stream, primer) in primers.enumerated() {
      var heard = primer
      for token in drawn[stream] {
        let logits = plain.logits(heard)[heard.count - 1]
        #expect(logits.firstIndex(of: logits.max() ?? 0) == Int(token))
        heard.append(token)
      }
    }
  }

  @Test func aStreamDoesNotDependOnTheOthers() throws {
    let alone = try draw([[3, 4]], count: 40)
    let many = try draw([[3, 4], [5], [1, 2, 3, 4, 5]], count: 40)
    #expect(alone[0] == many[0])
    #expect(many[0] != many[1])
    #expect(try draw([[3, 4]], count: 40) == alone)
    #expect(try draw([[3, 4]], count: 40, seed: 2) != alone)
  }

  @Test func onlyAllowedTokensAreDrawn() throws {
    let drawn = try draw([[1], [1]], count: 60) { stream, mask in
      for token in mask.indices { mask[token] = token % 2 == stream && token > 3 }
    }
    #expect(Set(drawn[0]) == [4, 6, 8, 10])
    #expect(Set(drawn[1]) == [5, 7, 9])
  }

  @Test func aMaskWithOneTokenLeavesNoChoice() throws {
    let drawn = try draw([[1]], count: 5, temperature: 100, topP: 0.01) { _, mask in
      for token in mask.indices { mask[token] = token == 7 }
    }
    #expect(drawn == [[7, 7, 7, 7, 7]])
  }

  /// Weights whose next token has these chances whatever was heard.
  private func fixed(_ chances: [Float]) -> Weights {
    var weights = Weights(zerosOf: NetworkShape(vocabulary: 4, embedding: 1, hidden: 1, layers: 1))
    weights["head.bias"] = chances.map { SamplerTests.logarithm($0) }
    return weights
  }

  private static func logarithm(_ value: Float) -> Float {
    value == 0.5 ? -0.6931472 : value == 0.25 ? -1.3862944 : -2.0794415
  }

  @Test func chancesAreTheNetworks() throws {
    let drawn = try draw([[0]], count: 4000, weights: fixed([0.5, 0.25, 0.125, 0.125]))[0]
    for (token, chance) in [0.5, 0.25, 0.125, 0.125].enumerated() {
      let share = Double(drawn.count { $0 == UInt16(token) }) / 4000
      // Five standard deviations.
      #expect(abs(share - chance) < 5 * (chance * (1 - chance) / 4000).squareRoot())
    }
  }

  @Test func topPKeepsTheFewestThatReachIt() throws {
    let weights = fixed([0.125, 0.5, 0.125, 0.25])
    func drawn(_ topP: Float) throws -> Set<UInt16> {
      Set(try draw([[0]], count: 300, topP: topP, weights: weights)[0])
    }
    #expect(try drawn(0.3) == [1])
    #expect(try drawn(0.6) == [1, 3])
    #expect(try drawn(0.8) == [0, 1, 3])
    #expect(try drawn(1) == [0, 1, 2, 3])
  }

  /// Held against a whole sort, on shares whose sums are exact and of which many are equal.
  @Test func aNucleusIsTheStartOfTheSortedShares() {
    var random = SeededGenerator(seed: 4)
    var nucleus = Nucleus()
    for turn in 0..<2000 {
      let most: UInt64 = [2, 9, 1 << 12][turn % 3]
      let values = (0..<Int.random(in: 1...400, using: &random)).map { _ in
        Float(random.next() % most) / 4096
      }
      let sum = values.reduce(0, +)
      let aim = Float.random(in: 0.01...0.99, using: &random) * sum
      var expected = Array(repeating: Float(0), count: values.count)
      var reached: Float = 0
      for token in values.indices.sorted(by: { (values[$1], $0) < (values[$0], $1) })
      where reached < aim {
        expected[token] = values[token]
        reached += values[token]
      }
      let shares = FloatBuffer(values)
      let kept = nucleus.cut(shares.address(), count: values.count, to: aim, of: sum)
      #expect(shares.values == expected && kept == reached, "turn \(turn)")
    }
  }

  @Test func primingAgainBeginsAnew() throws {
    let sampler = try Sampler(weights: weights, streams: 1, seed: 1, precision: .float32)
    func coldest() throws -> [UInt16] {
      try sampler.prime([[3, 4, 5]])
      return try (0..<10).map { _ in
        try sampler.step(temperature: 0.001, topP: 1, active: [true], allow: all)[0]
      }
    }
    #expect(try coldest() == coldest())
  }
}
