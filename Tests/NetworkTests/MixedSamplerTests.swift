import Testing

@testable import Network

/// Several networks that draw together.
@Suite struct MixedSamplerTests {
  private static let small = NetworkShape(vocabulary: 40, embedding: 12, hidden: 32, layers: 2)
  /// Of other sizes, and told more.
  private static let other = NetworkShape(vocabulary: 40, embedding: 6, hidden: 30, layers: 1)

  private let one = SampledNetwork(weights: Weights(shape: small, seed: 1), precision: .float32)
  private let two = SampledNetwork(
    weights: Weights.withContext(other, seed: 5), precision: .float32, context: { _ in Counting() })

  private func sampler(_ shares: [Float?]) throws -> Sampler {
    let networks = zip([one, two], shares).compactMap { network, share in
      share.map { share in
        var network = network
        network.share = share
        return network
      }
    }
    let sampler = try Sampler(networks, streams: 3, seed: 9)
    try sampler.prime([[3, 9, 4], [1, 2, 3, 8], [7]])
    return sampler
  }

  private func draw(_ sampler: Sampler, count: Int = 40) throws -> [[Sampler.Step]] {
    try (0..<count).map { step in
      if step == 20 { sampler.select([1, 1, 2]) }
      return try sampler.step(
        [.draw, step % 5 == 2 ? .read(4) : .draw, .draw], temperature: 0.8, topP: 0.9,
        measures: true, allow: { stream, mask in mask[stream] = false })
    }
  }

  private func logits(_ sampler: Sampler) -> [[Float]] {
    (0..<3).map { sampler.logits(of: $0) }
  }

  @Test(arguments: [(Float(0.25), Float(0.75)), (-0.5, 1.5), (1, 1), (0, 2), (0, 0)])
  func logitsAreTheWeightedSum(a: Float, b: Float) throws {
    let (first, second) = (try sampler([1, nil]), try sampler([nil, 1]))
    let mixed = try sampler([a, b])
    for step in 0..<6 {
      let parts = zip(logits(first), logits(second))
      for (mixed, parts) in zip(logits(mixed), parts) {
        for (mixed, parts) in zip(mixed, zip(parts.0, parts.1)) {
          #expect(abs(mixed - (a * parts.0 + b * parts.1)) < 1e-4)
        }
      }
      if step == 2 { for sampler in [first, second, mixed] { sampler.select([2, 0, 0]) } }
      let tokens = (0..<3).map { UInt16((7 * step + $0) % 40) }
      for sampler in [first, second, mixed] {
        _ = try sampler.step(
          tokens.map { .read($0) }, temperature: 1, topP: 1, measures: false,
          allow: { _, _ in })
      }
    }
  }

  @Test func theEndsOfADialAreTheNetworksAlone() throws {
    for (dial, alone) in [([1, 0], [1, nil]), ([0, 1], [nil, 1])] as [([Float?], [Float?])] {
      let (dial, alone) = (try sampler(dial), try sampler(alone))
      #expect(logits(dial) == logits(alone))
      #expect(try draw(dial) == draw(alone))
      #expect(logits(dial) == logits(alone))
    }
    #expect(try draw(sampler([0.5, 0.5])) != draw(sampler([1, 0])))
  }

  /// A network of share 0 hears all, and says nothing even where it could only say nonsense.
  @Test func aNetworkWithoutAShareSpoilsNothing() throws {
    var broken = two
    for name in broken.weights.names where name.hasPrefix("head.") {
      broken.weights[name] = broken.weights[name]?.map { _ in .nan }
    }
    broken.share = 0
    let sampler = try Sampler([one, broken], streams: 3, seed: 9)
    try sampler.prime([[3, 9, 4], [1, 2, 3, 8], [7]])
    #expect(try draw(sampler) == draw(self.sampler([1, nil])))
  }

  @Test func networksOfOtherVocabulariesAreRefusedInASentence() {
    let third = SampledNetwork(
      weights: Weights(
        shape: NetworkShape(vocabulary: 39, embedding: 6, hidden: 30, layers: 1), seed: 1),
      precision: .float32)
    let error = #expect(throws: NetworkError.self) {
      try Sampler([one, two, third], streams: 1, seed: 1)
    }
    #expect(
      error.map(String.init(describing:))
        == "cannot draw from these networks together: one has 40 tokens, another 39")
  }

  /// Also where both are large enough to be dealt out, and share their threads.
  @Test func copiesOfMixedStreamsGoOnFromTheSamePlace() throws {
    let networks = [Precision.float32, Precision.int8.isAvailable ? .int8 : .float32].map {
      SampledNetwork(
        weights: Weights(
          shape: NetworkShape(vocabulary: 40, embedding: 16, hidden: 256, layers: 2), seed: 3),
        precision: $0, share: 0.5)
    }
    let sampler = try Sampler(networks, streams: 12, seed: 9)
    try sampler.prime((0..<12).map { [UInt16($0), 3] })
    let before = sampler.logits(of: 4)
    sampler.select(Array(repeating: 4, count: 12))
    for stream in 0..<12 { #expect(sampler.logits(of: stream) == before) }
    let heard = try sampler.step(
      Array(repeating: .draw, count: 12), temperature: 1, topP: 1, measures: true,
      allow: { _, _ in })
    #expect(Set(heard).count == 1)
    #expect(Set((0..<12).map { sampler.logits(of: $0) }).count == 1)
  }
}
