import Testing

@testable import Network

@Suite struct LaneBatcherTests {
  /// Sequences 1, 2, 3 … of different lengths; each token says which sequence it is from.
  private struct Numbered: TrainingCorpus {
    var lengths: [Int]
    var count: Int { lengths.count }
    func weight(at index: Int) -> Float { index == 2 ? 0.5 : 1 }
    func tokens(at index: Int, pass: Int) -> [UInt16] {
      (0..<lengths[index]).map { UInt16(1000 * index + 500 * pass + $0) }
    }
  }

  private let corpus = Numbered(lengths: [7, 2, 12, 1, 9, 0, 5])

  private func chunks(_ batcher: LaneBatcher) -> [Chunk] {
    var batcher = batcher
    return Array(sequence(state: ()) { _ in batcher.next() })
  }

  @Test func oneLaneIsWrittenOut() {
    let batcher = LaneBatcher(
      Numbered(lengths: [4, 6]), lanes: 1, steps: 3, passes: 1, seed: 1, shuffles: false)
    let chunks = chunks(batcher)
    #expect(chunks.map(\.inputs) == [[0, 1, 2], [1000, 1001, 1002], [1003, 1004, 0]])
    #expect(chunks.map(\.targets) == [[1, 2, 3], [1001, 1002, 1003], [1004, 1005, -1]])
    #expect(chunks.map(\.weights) == [[1, 1, 1], [1, 1, 1], [1, 1, 0]])
    #expect(chunks.map(\.resets) == [[0], [0], []])
    #expect(chunks.map(\.events) == [3, 3, 2])
  }

  @Test(arguments: [1, 2, 3, 16])
  func everyEventIsPredictedOncePerPass(lanes: Int) {
    let chunks = chunks(LaneBatcher(corpus, lanes: lanes, steps: 4, passes: 2, seed: 9))
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
        for token in corpus.tokens(at: index, pass: pass).dropFirst() { expected[token] = 1 }
      }
    }
    #expect(pairs == expected)
  }

  @Test func aLaneIsResetWhereASequenceBeginsAndOnlyThere() {
    for chunk in chunks(LaneBatcher(corpus, lanes: 3, steps: 4, passes: 1, seed: 2)) {
      for lane in 0..<3 where chunk.sequences[lane] != nil {
        let begins = chunk.inputs[lane] % 500 == 0
        #expect(chunk.resets.contains(lane) == begins)
      }
    }
  }

  @Test func theOrderComesFromSeedAndPass() {
    func firsts(_ seed: UInt64) -> [UInt16] {
      chunks(LaneBatcher(corpus, lanes: 1, steps: 20, passes: 3, seed: seed)).map { $0.inputs[0] }
    }
    #expect(firsts(1) == firsts(1))
    #expect(firsts(1) != firsts(2))
    let passes = [0, 1, 2].map { pass in
      firsts(1).filter { Int($0) % 1000 == 500 * pass % 1000 }.map { $0 / 1000 }
    }
    #expect(passes[0] != passes[1])
  }

  /// What a context says after an input: its lane's last input and how many there were.
  private struct Heard: TokenContext {
    static let count = 2
    static let filters = 0
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
    let batcher = LaneBatcher(
      corpus, lanes: 3, steps: 4, passes: 1, seed: 9, telling: (Heard.self, 8000))
    for chunk in chunks(batcher) {
      let context = try #require(chunk.context)
      for (row, input) in chunk.inputs.enumerated() {
        let numbers = Array(context.numbers[context.starts[row]..<context.starts[row + 1]])
        // Tokens count up from the first, which is told as the first that was heard.
        let expected = chunk.targets[row] < 0 ? [] : [Float(input), Float(input % 1000) + 1]
        #expect(numbers == expected)
      }
    }
  }

  @Test func goesOnFromEveryPosition() {
    func batcher(from position: LaneBatcher.Position? = nil) -> LaneBatcher {
      LaneBatcher(
        corpus, lanes: 2, steps: 4, passes: 2, seed: 3, telling: (Heard.self, 8000),
        from: position)
    }
    var first = batcher()
    let whole = chunks(first)
    for done in 1...whole.count {
      _ = first.next()
      let rest = chunks(batcher(from: first.position))
      #expect(rest.map(\.inputs) == whole.dropFirst(done).map(\.inputs))
      #expect(rest.map(\.resets) == whole.dropFirst(done).map(\.resets))
      #expect(rest.map(\.context?.numbers) == whole.dropFirst(done).map(\.context?.numbers))
    }
  }

  @Test func nothingGivesNoChunk() {
    #expect(
      chunks(LaneBatcher(Numbered(lengths: []), lanes: 2, steps: 4, passes: 2, seed: 1)).isEmpty)
    #expect(
      chunks(LaneBatcher(Numbered(lengths: [0, 1]), lanes: 2, steps: 4, passes: 2, seed: 1))
        .allSatisfy { $0.events == 0 })
  }
}
