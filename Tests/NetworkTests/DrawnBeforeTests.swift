import Testing

@testable import Network

/// Draws as they were before streams could be copied, biased and measured: for a seed they stay what
/// they are.
///
/// Recorded with float32 on a processor with AVX-512.
@Suite struct DrawnBeforeTests {
  private let shape = NetworkShape(vocabulary: 40, embedding: 12, hidden: 32, layers: 2)

  private func weights(hasContext: Bool) -> Weights {
    var weights =
      hasContext ? Weights.withContext(shape, seed: 21) : Weights(shape: shape, seed: 21)
    // So that what was heard plays a part.
    weights["head.weight"] = weights["head.weight"]?.map { 8 * $0 }
    return weights
  }

  private func allow(_ stream: Int, _ step: Int, _ mask: inout [Bool]) {
    for token in mask.indices { mask[token] = (token + stream + step) % 4 != 0 }
  }

  /// 50 tokens of two streams and 30 of a third, which rests from then on.
  private func draw(
    _ sampler: Sampler, _ step: (_ isActive: [Bool], _ step: Int) throws -> [UInt16]
  ) throws -> [[UInt16]] {
    try sampler.prime([[3], [1, 2, 3, 4, 5, 6, 7], [9, 30]])
    var drawn: [[UInt16]] = [[], [], []]
    for place in 0..<50 {
      let isActive = [true, true, place < 30]
      for (stream, token) in try step(isActive, place).enumerated() where isActive[stream] {
        drawn[stream].append(token)
      }
    }
    return drawn
  }

  private func sampler(hasContext: Bool) throws -> Sampler {
    try Sampler(
      weights: weights(hasContext: hasContext), context: hasContext ? Counting() : nil, streams: 3,
      seed: 7,
      precision: .float32)
  }

  @Test(arguments: [false, true])
  func drawsAreTheSame(hasContext: Bool) throws {
    let sampler = try sampler(hasContext: hasContext)
    let drawn = try draw(sampler) { isActive, step in
      try sampler.step(temperature: 0.9, topP: 0.95, active: isActive) { allow($0, step, &$1) }
    }
    #expect(drawn == (hasContext ? Self.told : Self.plain))
  }

  @Test(arguments: [false, true], [false, true])
  func measuringAndAnIdleBiasChangeNothing(hasContext: Bool, isBiased: Bool) throws {
    let sampler = try sampler(hasContext: hasContext)
    let drawn = try draw(sampler) { isActive, step in
      try sampler.step(
        isActive.map { $0 ? .draw : .rest }, temperature: 0.9, topP: 0.95, measures: true,
        allow: { allow($0, step, &$1) }, bias: isBiased ? { _, _ in } : nil
      ).map(\.token)
    }
    #expect(drawn == (hasContext ? Self.told : Self.plain))
  }

  private static let plain: [[UInt16]] = [
    [
      13, 32, 23, 31, 30, 29, 37, 2, 10, 25, 5, 0, 5, 29, 1, 10, 10, 37, 37, 10, 10, 5, 37, 20, 2,
      5, 37, 27, 3, 1, 4, 39, 37, 0, 36, 0, 1, 0, 5, 6, 38, 38, 21, 34, 1, 8, 21, 34, 37, 37,
    ],
    [
      8, 13, 0, 27, 0, 33, 31, 21, 37, 33, 32, 33, 2, 31, 31, 25, 34, 31, 36, 29, 8, 33, 3, 37,
      34, 21, 0, 30, 25, 35, 31, 3, 37, 37, 11, 30, 1, 3, 36, 2, 25, 13, 24, 33, 21, 37, 32, 37,
      37, 33,
    ],
    [
      0, 31, 35, 5, 39, 8, 1, 13, 31, 34, 30, 13, 32, 6, 5, 29, 37, 30, 31, 25, 0, 30, 37, 32, 0,
      8, 17, 33, 37, 10,
    ],
  ]

  private static let told: [[UInt16]] = [
    [
      13, 32, 21, 31, 26, 25, 37, 2, 5, 21, 1, 0, 1, 25, 1, 11, 2, 34, 31, 10, 1, 10, 24, 19, 1,
      13, 37, 23, 2, 1, 13, 38, 31, 0, 24, 0, 1, 0, 13, 4, 38, 37, 13, 31, 2, 13, 17, 30, 31, 30,
    ],
    [
      4, 8, 0, 21, 0, 31, 26, 5, 32, 31, 34, 29, 1, 25, 31, 5, 26, 24, 35, 13, 5, 31, 2, 35, 29,
      13, 2, 19, 13, 31, 24, 1, 34, 32, 18, 17, 1, 8, 36, 3, 20, 13, 23, 25, 13, 35, 31, 37, 33,
      24,
    ],
    [
      0, 31, 35, 2, 39, 8, 1, 13, 31, 34, 23, 5, 31, 3, 1, 24, 36, 27, 25, 20, 0, 30, 34, 24, 1,
      10, 5, 29, 37, 10,
    ],
  ]
}
