import Testing

@testable import Network

/// What weights in 8 bits change, where there are instructions for them.
@Suite(.enabled(if: Precision.int8.isAvailable, "no 8-bit products on this processor"))
struct QuantisedTests {
  private func numbers(_ count: Int, seed: UInt64, within bound: Float) -> [Float] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Float.random(in: -bound...bound, using: &random) }
  }

  /// Sizes that fill vectors and panels, and that do not; all numbers of rows that a kernel has.
  @Test(arguments: [
    (1, 16, 16, 32), (2, 5, 8, 17), (3, 20, 40, 13), (4, 64, 0, 48), (5, 64, 64, 64), (6, 9, 0, 2),
    (7, 100, 28, 33), (8, 64, 0, 16), (9, 33, 7, 100), (16, 70, 0, 40), (17, 64, 1, 47),
    (33, 30, 60, 80),
  ])
  func productsAreThoseOfRoundedNumbers(size: (rows: Int, first: Int, second: Int, outputs: Int))
    throws
  {
    let (rows, outputs) = (size.rows, size.outputs)
    let widths = [size.first, size.second].filter { $0 > 0 }
    let inputs = widths.reduce(0, +)
    var weights = numbers(inputs * outputs, seed: 1, within: 0.3)
    // An output of zeros, and one of a single large weight.
    for input in 0..<widths[0] { weights[input] = 0 }
    weights[widths[0]] = 40
    let x = widths.enumerated().map { numbers(rows * $1, seed: UInt64(2 + $0), within: 2) }
    let start = numbers(outputs, seed: 9, within: 1)

    let parameters = FloatBuffer(weights)
    var parts: [QuantisedProduct.Part] = []
    for width in widths {
      parts.append(.init(inputs: width, start: parts.map { $0.inputs * outputs }.reduce(0, +)))
    }
    let sources = x.map { FloatBuffer($0) }
    let results = try QuantisedProduct.kinds(for: rows).map { kind in
      let product = QuantisedProduct(
        rows: rows, parts: parts, outputs: outputs, parameters: parameters, kind: kind,
        on: ThreadPool(threads: 1))
      product.refresh()
      let (start, y) = (FloatBuffer(start), FloatBuffer(count: rows * outputs))
      try withExtendedLifetime((sources, start)) {
        try product.run(
          from: sources.map { $0.address() }, start: start.address(), to: y.address())
      }
      return y.values
    }
    let y = results[0]
    for other in results { #expect(other == y, "other instructions, other sums") }

    for row in 0..<rows {
      for output in 0..<outputs {
        var (exact, bound) = (Double(start[output]), 1e-5)
        for (part, values) in zip(parts, x) {
          let own = (0..<part.inputs).map { input in
            (
              Double(weights[part.start + output * part.inputs + input]),
              Double(values[row * part.inputs + input])
            )
          }
          exact += own.reduce(0) { $0 + $1.0 * $1.1 }
          // A number is off by at most half of a 127th of the largest of its row.
          let steps = (
            own.reduce(0) { max($0, abs($1.0)) } / 127, own.reduce(0) { max($0, abs($1.1)) } / 127
          )
          bound += own.reduce(0) {
            $0 + (steps.0 * abs($1.1) + steps.1 * abs($1.0)) / 2 * 1.01
          }
        }
        #expect(abs(Double(y[row * outputs + output]) - exact) <= bound)
      }
    }
  }

  @Test func silenceStaysSilent() throws {
    let product = QuantisedProduct(
      rows: 2, parts: [.init(inputs: 16, start: 0)], outputs: 3,
      parameters: FloatBuffer(numbers(48, seed: 1, within: 1)), on: ThreadPool(threads: 1))
    product.refresh()
    let (start, y, zeros) = (FloatBuffer([1, 2, 3]), FloatBuffer(count: 6), FloatBuffer(count: 32))
    try withExtendedLifetime((start, zeros)) {
      try product.run(from: [zeros.address()], start: start.address(), to: y.address())
    }
    #expect(y.values == [1, 2, 3, 1, 2, 3])
  }

  @Test func weightsNearlyZeroAreRoundedToo() throws {
    let product = QuantisedProduct(
      rows: 1, parts: [.init(inputs: 4, start: 0)], outputs: 1,
      parameters: FloatBuffer([9, -9, 0, 1].map { $0 * Float.leastNonzeroMagnitude }),
      on: ThreadPool(threads: 1))
    product.refresh()
    let (start, y, x) = (FloatBuffer([3]), FloatBuffer(count: 1), FloatBuffer([1, 2, 3, 4]))
    try withExtendedLifetime((start, x)) {
      try product.run(from: [x.address()], start: start.address(), to: y.address())
    }
    #expect(y.values == [3])
  }

  private let shape = NetworkShape(vocabulary: 30, embedding: 24, hidden: 32, layers: 3)

  private func logits(
    _ weights: Weights, _ tokens: [[UInt16]], _ precision: Precision
  ) throws -> [[Float]] {
    let lanes = tokens.count
    let stack = try LSTMStack(
      shape: shape, steps: 1, lanes: lanes, training: false,
      parameters: FloatBuffer(weights.values), precision: precision)
    var random = SeededGenerator(seed: 1)
    var rows = Array(repeating: [Float](), count: lanes)
    for step in tokens[0].indices {
      try stack.runForward(tokens.map { $0[step] }, dropout: 0, random: &random)
      stack.carry()
      for lane in 0..<lanes { rows[lane] += stack.logits.values(at: lane * 30, count: 30) }
    }
    return rows
  }

  private func tokens(seed: UInt64) -> [UInt16] {
    var random = SeededGenerator(seed: seed)
    return (0..<40).map { _ in UInt16.random(in: 0..<30, using: &random) }
  }

  @Test func eightBitsAreNearThirtyTwo() throws {
    let weights = Weights(shape: shape, seed: 4)
    let exact = try logits(weights, [tokens(seed: 1)], .float32)[0]
    let near = try logits(weights, [tokens(seed: 1)], .int8)[0]
    #expect(distance(exact, near) > 1e-6, "nothing was rounded")
    #expect(distance(exact, near) < 0.02)
  }

  @Test func aStreamIsTheSameBesideOthers() throws {
    let weights = Weights(shape: shape, seed: 4)
    let alone = try logits(weights, [tokens(seed: 1)], .int8)[0]
    let many = try logits(weights, (1...7).map { tokens(seed: $0) }, .int8)[0]
    #expect(alone == many)
  }

  @Test func itIsNotTrainedInAndTheSentenceSaysSo() throws {
    var options = TrainingOptions()
    options.precision = .int8
    let error = #expect(throws: NetworkError.self) {
      try TrainingRun(
        start: Weights(shape: shape, seed: 1), anchor: nil,
        corpus: WrittenCorpus(sequences: [[1, 2, 3]]), heldOut: [], options: options)
    }
    #expect(
      error.map(String.init(describing:))
        == "cannot train in int8")
    #expect(!QuantisedLSTM.fits(NetworkShape(vocabulary: 5, embedding: 4, hidden: 7, layers: 1)))
    #expect(QuantisedLSTM.fits(NetworkShape()))
  }
}
