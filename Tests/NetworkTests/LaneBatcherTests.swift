import Testing

@testable import Network

@Suite struct LaneBatcherTests {
  /// Sequences 1, 2, 3 … of different lengths; each token says which sequence it is from.
  private struct Numbered: TrainingCorpus {
    var lengths: [Int]
    var count: Int { lengths.count }
    func weight(at index: Int) -> Float { index == 2 ? 0.5 : 1 }
    func sequence(at index: Int, pass: Int) -> TokenSequence {
      TokenSequence(
        (0..<lengths[index]).map { UInt16(1000 * index + 500 * pass + $0) }, context: Step())
    }
  }

  private let corpus = Numbered(lengths: [7, 2, 12, 1, 9, 0, 5])

  /// A network that ``Heard`` tells.
  private let told = NetworkShape(
    vocabulary: 8000, embedding: 1, hidden: 1, layers: 1, context: 2)

  private func chunks(_ batcher: LaneBatcher) throws -> [Chunk] {
    var batcher = batcher
    var chunks: [Chunk] = []
    while let chunk = try batcher.next() { chunks.append(chunk) }
    return chunks
  }

  @Test func oneLaneIsWrittenOut() throws {
    let batcher = try LaneBatcher(
      Numbered(lengths: [4, 6]), lanes: 1, steps: 3, passes: 1, seed: 1, shuffles: false)
    let chunks = try chunks(batcher)
    #expect(chunks.map(\.inputs) == [[0, 1, 2], [1000, 1001, 1002], [1003, 1004, 0]])
    #expect(chunks.map(\.targets) == [[1, 2, 3], [1001, 1002, 1003], [1004, 1005, -1]])
    #expect(chunks.map(\.weights) == [[1, 1, 1], [1, 1, 1], [1, 1, 0]])
    #expect(chunks.map(\.resets) == [[0], [0], []])
    #expect(chunks.map(\.events) == [3, 3, 2])
  }

  @Test(arguments: [1, 2, 3, 16])
  func everyEventIsPredictedOncePerPass(lanes: Int) throws {
    let chunks = try chunks(LaneBatcher(corpus, lanes: lanes, steps: 4, passes: 2, seed: 9))
    var pairs: [UInt16: Int] = [:]
    for chunk in chunks {
      for (place, target) in chunk.targets.enumerated() {
        if target < 0 {
          #expect(chunk.weights[place] == 0)
          continue
        }
        #expect(Int32(chunk.inputs[place]) + 1 == target)
        #expect(chunk.weights[place] == (target / 1000 == 2 ? 0.5 : 1))
        pairs[UInt16(target), default: 0] += 1
      }
      #expect(chunk.events == chunk.targets.count { $0 >= 0 })
    }
    var expected: [UInt16: Int] = [:]
    for pass in 0..<2 {
      for index in 0..<corpus.count {
        let tokens = corpus.sequence(at: index, pass: pass).tokens
        for token in tokens.dropFirst() { expected[token] = 1 }
      }
    }
    #expect(pairs == expected)
  }

  @Test func aLaneIsResetWhereASequenceBeginsAndOnlyThere() throws {
    for chunk in try chunks(LaneBatcher(corpus, lanes: 3, steps: 4, passes: 1, seed: 2)) {
      for lane in 0..<3 where chunk.sequences[lane] != nil {
        let begins = chunk.inputs[lane] % 500 == 0
        #expect(chunk.resets.contains(lane) == begins)
      }
    }
  }

  @Test func theOrderComesFromSeedAndPass() throws {
    func firsts(_ seed: UInt64) throws -> [UInt16] {
      try chunks(LaneBatcher(corpus, lanes: 1, steps: 20, passes: 3, seed: seed))
        .map { $0.inputs[0] }
    }
    #expect(try firsts(1) == firsts(1))
    #expect(try firsts(1) != firsts(2))
    let passes = try [0, 1, 2].map { pass in
      try firsts(1).filter { Int($0) % 1000 == 500 * pass % 1000 }.map { $0 / 1000 }
    }
    #expect(passes[0] != passes[1])
  }

  /// What a context says after an input: its lane's last input and how many there were.
  private struct Step: TokenContext {
    var featureCount: Int { 2 }
    var filterCount: Int { 0 }
    private var numbers: (Float, Float) = (0, 0)
    mutating func advance(_ token: UInt16) { numbers = (Float(token), numbers.1 + 1) }
    func appendFeatures(to rows: inout ContextRows) {
      rows.append(0, numbers.0)
      rows.append(1, numbers.1)
    }
    func appendLinks(to rows: inout ContextRows) {}
    func fill(possible: inout ArraySlice<Bool>) {}
  }

  @Test func whatIsToldIsOfTheLanesOwnSequence() throws {
    let batcher = try LaneBatcher(
      corpus, lanes: 3, steps: 4, passes: 1, seed: 9, telling: told)
    for chunk in try chunks(batcher) {
      let context = try #require(chunk.context)
      for (row, input) in chunk.inputs.enumerated() {
        let numbers = Array(context.numbers[context.starts[row]..<context.starts[row + 1]])
        // Tokens count up from the first, which is told as the first that was heard.
        let expected = chunk.targets[row] < 0 ? [] : [Float(input), Float(input % 1000) + 1]
        #expect(numbers == expected)
      }
    }
  }

  @Test func goesOnFromEveryPosition() throws {
    func batcher(from position: LaneBatcher.Position? = nil) throws -> LaneBatcher {
      try LaneBatcher(
        corpus, lanes: 2, steps: 4, passes: 2, seed: 3, telling: told, from: position)
    }
    var first = try batcher()
    let whole = try chunks(first)
    for done in 1...whole.count {
      _ = try first.next()
      let rest = try chunks(batcher(from: first.position))
      #expect(rest.map(\.inputs) == whole.dropFirst(done).map(\.inputs))
      #expect(rest.map(\.resets) == whole.dropFirst(done).map(\.resets))
      #expect(rest.map(\.context?.numbers) == whole.dropFirst(done).map(\.context?.numbers))
    }
  }

  @Test func nothingGivesNoChunk() throws {
    #expect(
      try chunks(LaneBatcher(Numbered(lengths: []), lanes: 2, steps: 4, passes: 2, seed: 1))
        .isEmpty)
    #expect(
      try chunks(LaneBatcher(Numbered(lengths: [0, 1]), lanes: 2, steps: 4, passes: 2, seed: 1))
        .allSatisfy { $0.events == 0 })
  }
}
