import Foundation
import Testing

@testable import Network

/// A context that carries what lies ahead reaches all who read sequences, and says the same to each.
@Suite struct ComingContextTests {
  /// Knows which tokens will come, as a score does, and tells the next two of them.
  private struct Coming: TokenContext {
    var ahead: [UInt16]
    var place = 0

    var featureCount: Int { 22 }
    var filterCount: Int { 2 }

    private func coming(_ distance: Int) -> Int? {
      place + distance < ahead.count ? Int(ahead[place + distance]) : nil
    }

    mutating func advance(_ token: UInt16) { place += 1 }

    func appendFeatures(to rows: inout ContextRows) {
      for distance in 0..<2 {
        if let token = coming(distance) { rows.append(11 * distance + token, 0.5) }
      }
    }

    func appendLinks(to rows: inout ContextRows) {
      for distance in 0..<2 {
        if let token = coming(distance) { rows.link(token: token, filter: distance, number: 2) }
      }
    }

    func fill(possible: inout ArraySlice<Bool>) {
      if place % 3 == 1 { possible[possible.startIndex + place % 11] = false }
    }
  }

  private let weights: Weights = {
    let shape = NetworkShape(vocabulary: 11, embedding: 6, hidden: 16, layers: 2)
    var weights = Weights(Weights(shape: shape, seed: 3), toldBy: Coming(ahead: []))
    var random = SeededGenerator(seed: 4)
    for name in weights.names where name.hasPrefix("context.") {
      weights[name] = weights[name]?.map { _ in Float.random(in: -0.9...0.9, using: &random) }
    }
    return weights
  }()

  private let sequences: [TokenSequence] = [9, 14, 6].map { count in
    let tokens = (0..<count).map { UInt16(($0 * $0 + count) % 11) }
    return TokenSequence(tokens, context: Coming(ahead: tokens))
  }

  /// What is to be told of a sequence after each of its tokens.
  private func rows(_ sequence: TokenSequence) -> ContextRows {
    var (context, rows) = (sequence.context, ContextRows())
    for token in sequence.tokens {
      context?.advance(token)
      rows.append(context, vocabulary: 11)
    }
    return rows
  }

  private func row(_ index: Int, of rows: ContextRows) -> Row {
    Row(
      places: Array(rows.places[rows.starts[index]..<rows.starts[index + 1]]),
      numbers: Array(rows.numbers[rows.starts[index]..<rows.starts[index + 1]]),
      links: rows.links[rows.linkStarts[index]..<rows.linkStarts[index + 1]].map {
        [Float($0.token), Float($0.filter), Float($0.count), $0.number]
      }, possible: Array(rows.possible[11 * index..<11 * (index + 1)]))
  }

  private struct Row: Hashable {
    var places: [UInt16]
    var numbers: [Float]
    var links: [[Float]]
    var possible: [Bool]
  }

  @Test func reachesTheLanes() throws {
    var batcher = try LaneBatcher(
      PlainCorpus(sequences: sequences), lanes: 2, steps: 4, passes: 1, seed: 0, shuffles: false,
      telling: weights.shape)
    var places = [0, 0, 0]
    while let chunk = try batcher.next() {
      let told = try #require(chunk.context)
      for (index, target) in chunk.targets.enumerated() where target >= 0 {
        let sequence = try #require(chunk.sequences[index % 2])
        #expect(row(index, of: told) == row(places[sequence], of: rows(sequences[sequence])))
        places[sequence] += 1
      }
    }
    #expect(places == sequences.map { $0.tokens.count - 1 })
    #expect(Set((0..<8).map { row($0, of: rows(sequences[0])) }).count == 8)
  }

  @Test func reachesTheStreamsOfASampler() throws {
    let sampler = try Sampler(
      [
        SampledNetwork(weights: weights, precision: .float32) { sequences[$0].context }
      ], streams: 3, seed: 1)
    func expectRows(_ places: [Int], of parents: [Int] = [0, 1, 2]) {
      for (stream, parent) in parents.enumerated() {
        #expect(
          row(0, of: sampler.lanes[stream].rows[0])
            == row(places[stream], of: rows(sequences[parent])))
      }
    }
    for _ in 0..<2 {
      // Again from the beginning.
      try sampler.prime(sequences.map { Array($0.tokens.prefix(3)) })
      expectRows([2, 2, 2])
      try sampler.prime(sequences.map { Array($0.tokens.dropLast(2)) })
      expectRows([6, 11, 3])
    }
    func read(_ tokens: [UInt16]) throws {
      _ = try sampler.step(
        tokens.map { .read($0) }, temperature: 1, topP: 1, measures: false, allow: { _, _ in })
    }
    try read(sequences.map { $0.tokens[$0.tokens.count - 2] })
    expectRows([7, 12, 4])
    // A copy carries what lies ahead with it.
    sampler.select([1, 1, 0])
    try read([1, 0].map { sequences[1 - $0].tokens.last ?? 0 } + [0])
    expectRows([13, 13, 8], of: [1, 1, 0])
  }

  /// All three make the same of it: nats of an evaluation are those of what a sampler would draw.
  @Test func saysTheSameToAnEvaluatorAndASampler() throws {
    let scores = try Evaluator(weights: weights, precision: .float32).eventScores(of: sequences)
    let sampler = try Sampler(
      [SampledNetwork(weights: weights, precision: .float32) { sequences[$0].context }],
      streams: 3, seed: 1)
    try sampler.prime(sequences.map { [$0.tokens[0]] })
    for place in 0..<5 {
      let heard = try sampler.step(
        sequences.map { .read($0.tokens[place + 1]) }, temperature: 1, topP: 1, measures: true,
        allow: { _, _ in })
      for (heard, score) in zip(heard, scores) {
        #expect(abs(heard.logProbability + score[place]) < 1e-4)
      }
    }
    // Without what lies ahead it is another thing.
    let blind = sequences.map { TokenSequence($0.tokens, context: Coming(ahead: [])) }
    #expect(
      try Evaluator(weights: weights, precision: .float32).eventScores(of: blind) != scores)
  }

  @Test func aRunIsTrainedOnItAndResumed() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "run")
    var options = TrainingOptions()
    (options.lanes, options.steps, options.passes, options.precision) = (2, 4, 4, .float32)
    func run() throws -> TrainingRun {
      try TrainingRun(
        start: weights, anchor: nil, corpus: PlainCorpus(sequences: sequences),
        heldOut: sequences, options: options)
    }
    let expected = try run().run { _ in true }
    let first = try run()
    var updates = 0
    _ = try first.run { _ in
      updates += 1
      return updates < 5
    }
    try first.save(to: file)
    let second = try TrainingRun(resuming: file, options: options) { shape in
      #expect(shape == weights.shape)
      return (PlainCorpus(sequences: sequences), sequences)
    }
    #expect(try second.run { _ in true }.best == expected.best)
  }

  // MARK: - What does not fit

  private func sentence(needed: Int, given: Int) -> String {
    "cannot use the weights: their network needs \(needed) numbers of additional input after each event, "
      + "this version tells \(given)"
  }

  private func expectSentence(_ expected: String, _ body: () throws -> Void) {
    let error = #expect(throws: NetworkError.self) { try body() }
    #expect(error.map(String.init(describing:)) == expected)
  }

  @Test func aContextThatDoesNotFitIsASentence() throws {
    let told = [TokenSequence([1, 2, 3], context: Coming(ahead: []))]
    let wrong = [TokenSequence([1, 2, 3], context: Counting())]
    let plain = Weights(
      shape: NetworkShape(vocabulary: 11, embedding: 6, hidden: 16, layers: 1), seed: 1)
    var options = TrainingOptions()
    (options.lanes, options.steps, options.precision) = (1, 4, .float32)
    for (weights, fitting, other, sentence) in [
      (weights, told, wrong, sentence(needed: 24, given: 11)),
      (weights, told, [TokenSequence([1, 2, 3])], sentence(needed: 24, given: 0)),
      (plain, [TokenSequence([1, 2, 3])], told, sentence(needed: 0, given: 24)),
    ] {
      let evaluator = try Evaluator(weights: weights, precision: .float32)
      expectSentence(sentence) { _ = try evaluator.score(fitting + other) }
      expectSentence(sentence) { _ = try evaluator.impressions(of: other) }
      expectSentence(sentence) { _ = try evaluator.eventScores(of: other) }
      for (corpus, heldOut) in [(fitting + other, fitting), (fitting, other)] {
        expectSentence(sentence) {
          _ = try TrainingRun(
            start: weights, anchor: nil, corpus: PlainCorpus(sequences: corpus), heldOut: heldOut,
            options: options)
        }
      }
      expectSentence(sentence) {
        _ = try Sampler(
          weights: weights, context: other[0].context, streams: 2, seed: 1, precision: .float32)
      }
      expectSentence(sentence) {
        // Only one stream's is wrong.
        _ = try Sampler(
          [
            SampledNetwork(weights: weights, precision: .float32) {
              ($0 == 1 ? other : fitting)[0].context
            }
          ], streams: 2, seed: 1)
      }
    }
  }

  @Test func whatIsToldIsWithinTheNetwork() {
    let shape = NetworkShape(
      vocabulary: 11, embedding: 1, hidden: 1, layers: 1, context: 4, filters: 3)
    func fits(_ write: (inout ContextRows) -> Void) -> Bool {
      var rows = ContextRows()
      write(&rows)
      return rows.fit(shape)
    }
    #expect(fits { $0.append(3, 1) })
    #expect(!fits { $0.append(4, 1) })
    #expect(fits { $0.link(token: 9, filter: 1, count: 2) })
    #expect(!fits { $0.link(token: 10, filter: 1, count: 2) })
    #expect(!fits { $0.link(token: 9, filter: 2, count: 2) })
  }

  @Test func aResumedRunRefusesWhatDoesNotFit() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "run")
    var options = TrainingOptions()
    (options.lanes, options.steps, options.precision) = (2, 4, .float32)
    let run = try TrainingRun(
      start: weights, anchor: nil, corpus: PlainCorpus(sequences: sequences), heldOut: [],
      options: options)
    _ = try run.run { _ in false }
    try run.save(to: file)
    let blind = sequences.map { TokenSequence($0.tokens) }
    for (corpus, heldOut) in [(blind, sequences), (sequences, blind)] {
      expectSentence(sentence(needed: 24, given: 0)) {
        _ = try TrainingRun(resuming: file, options: options) { _ in
          (PlainCorpus(sequences: corpus), heldOut)
        }
      }
    }
    // What the caller says is passed on.
    #expect(throws: NetworkError.emptyCorpus) {
      try TrainingRun(resuming: file, options: options) { _ in throw NetworkError.emptyCorpus }
    }
  }
}
