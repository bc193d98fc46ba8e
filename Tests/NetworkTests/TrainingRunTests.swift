import Foundation
import Testing

@testable import Network

@Suite struct TrainingRunTests {
  private let shape = NetworkShape(vocabulary: 11, embedding: 8, hidden: 16, layers: 2)
  private let corpus = WrittenCorpus(
    sequences: [40, 23, 61, 12].map { count in (0..<count).map { UInt16($0 * $0 % 7) } },
    weights: [1, 0.5, 1, 1])
  private let heldOut = [TokenSequence((0..<50).map { UInt16(($0 + 1) * ($0 + 1) % 7) })]
  /// The same, told of by ``Counting``.
  private var toldCorpus: WrittenCorpus {
    var corpus = corpus
    corpus.hasContext = true
    return corpus
  }
  private var toldHeldOut: [TokenSequence] {
    heldOut.map { TokenSequence($0.tokens, context: Counting()) }
  }

  private func options(_ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
    var options = TrainingOptions()
    (options.lanes, options.steps, options.passes) = (2, 8, 6)
    options.dropout = 0.3
    options.patience = 100
    options.precision = .float32
    change(&options)
    return options
  }

  private func run(
    _ options: TrainingOptions, corpus: WrittenCorpus? = nil, hasContext: Bool = false,
    hidden: Int = 16
  ) throws -> TrainingRun {
    let shape = NetworkShape(vocabulary: 11, embedding: 8, hidden: hidden, layers: 2)
    let start = hasContext ? Weights.withContext(shape, seed: 1) : Weights(shape: shape, seed: 1)
    return try TrainingRun(
      start: start, anchor: start, corpus: corpus ?? (hasContext ? toldCorpus : self.corpus),
      heldOut: hasContext ? toldHeldOut : heldOut, options: options)
  }

  @Test func learnsAndKeepsTheBest() throws {
    let result = try run(options { $0.learningRate = 0.01 }).run { _ in true }
    #expect(result.ending == .passes)
    #expect(result.events == 6 * (39 + 22 + 60 + 11))
    let (first, best) = (try #require(result.startNLL), try #require(result.bestNLL))
    #expect(best < first - 0.2)
    #expect(result.history.map(\.nll).min() == best)
    let score = try Evaluator(weights: result.best, precision: .float32)
      .score(heldOut)[0]
    #expect(abs(score.nats / Double(score.events) - best) < 1e-9)
  }

  /// Also where layers are large enough to be dealt out to threads, in whatever precision is best here.
  @Test(arguments: [(Float(0), 16, Precision.float32), (0.9, 16, .float32), (0.9, 128, .best)])
  func theSameSeedGivesTheSameWeights(averaging: Float, hidden: Int, precision: Precision) throws {
    func train(_ seed: UInt64) throws -> Weights {
      try run(
        options {
          $0.seed = seed
          $0.averaging = averaging
          $0.precision = precision
        }, hidden: hidden
      ).run { _ in true }.best
    }
    let weights = try train(5)
    #expect(try train(5) == weights)
    #expect(try train(6) != weights)
  }

  @Test(arguments: [1, 7, 20, 44], [(Float(0), false), (0.9, false), (0.9, true)])
  func goesOnExactly(stop: Int, kind: (averaging: Float, hasContext: Bool)) throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "run")
    let options = options { $0.averaging = kind.averaging }
    let whole = try run(options, hasContext: kind.hasContext)
    let expected = try whole.run { _ in true }

    var updates = 0
    let first = try run(options, hasContext: kind.hasContext)
    let part = try first.run { _ in
      updates += 1
      return updates < stop
    }
    #expect(part.ending == .stopped)
    #expect(part.eventsBefore == 0)
    try first.save(to: file)
    let second = try TrainingRun(
      resuming: file, options: options
    ) { shape in
      shape.hasContext ? (toldCorpus, toldHeldOut) : (corpus, heldOut)
    }
    let result = try second.run { _ in true }
    #expect(second.parameters.values == whole.parameters.values)
    #expect(second.optimiser.second.values == whole.optimiser.second.values)
    #expect(result.best == expected.best)
    #expect(result.bestNLL == expected.bestNLL)
    #expect(result.history == expected.history)
    #expect(result.eventsBefore == part.events && result.events == expected.events)
  }

  /// More numbers than are written and read at once.
  @Test func aLargeRunIsReadAsItWasSaved() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "run")
    let options = options { $0.averaging = 0.9 }
    let run = try run(options, hidden: 256)
    #expect(run.parameters.count > 2 * FloatFile.atOnce)
    var updates = 0
    _ = try run.run { _ in
      updates += 1
      return updates < 3
    }
    try run.save(to: file)
    let read = try TrainingRun(
      resuming: file, options: options
    ) { _ in (corpus, heldOut) }
    func numbers(_ run: TrainingRun) -> [[Float]?] {
      [
        run.parameters.values, run.optimiser.first.values, run.optimiser.second.values, run.best,
        run.anchor, run.average?.values, run.stack.state.values,
      ]
    }
    #expect(numbers(read) == numbers(run))
    #expect(Set(numbers(run)).count == numbers(run).count - 1, "best and anchor alone are the same")
  }

  @Test func averagedWeightsAreEvaluatedAndKept() throws {
    let run = try run(
      options {
        $0.averaging = 0.9
        $0.passes = 1
      })
    var expected = run.parameters.values
    var updates = 0
    _ = try run.run { _ in
      updates += 1
      // The average follows slowly at first: (1 + n) / (10 + n) is below 0.9 for 80 updates.
      let decay = min(Float(0.9), Float(1 + updates) / Float(10 + updates))
      for (index, value) in run.parameters.values.enumerated() {
        expected[index] = decay * expected[index] + (1 - decay) * value
      }
      return true
    }
    let average = try #require(run.average)
    #expect(distance(average.values, expected) < 1e-6)
  }

  @Test func stopsWhenNothingGetsBetter() throws {
    // The held-out sequence contradicts the corpus.
    let result = try TrainingRun(
      start: Weights(shape: shape, seed: 1), anchor: nil,
      corpus: WrittenCorpus(sequences: [Array(repeating: 1, count: 300)]),
      heldOut: [TokenSequence((0..<40).map { UInt16(2 + $0 % 2 * 5) })],
      options: options {
        $0.learningRate = 0.05
        $0.warmUp = 0
        $0.patience = 2
        $0.dropout = 0
      }
    ).run { _ in true }
    #expect(result.ending == .noLongerBetter)
    #expect(result.best == Weights(shape: shape, seed: 1))
    #expect(result.history.count == 3)
  }

  /// What stops it is not what is held out, which stays what the looks are at; a run that is saved after it was
  /// stopped so stays stopped.
  @Test func isStoppedByMusicOfItsOwn() throws {
    let contradicting = TokenSequence((0..<40).map { UInt16(2 + $0 % 2 * 5) })
    let ones = Array(repeating: UInt16(1), count: 300)
    let options = options {
      ($0.learningRate, $0.warmUp, $0.patience, $0.dropout) = (0.05, 0, 2, 0)
    }
    let run = try TrainingRun(
      start: Weights(shape: shape, seed: 1), anchor: nil, corpus: WrittenCorpus(sequences: [ones]),
      heldOut: [TokenSequence(ones)], options: options)
    run.stoppedBy = [contradicting]
    let result = try run.run { _ in true }
    #expect(result.ending == .noLongerBetter)
    #expect(result.history.count == 3)
    #expect(try #require(result.bestNLL) < #require(result.startNLL))
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "run")
    try run.save(to: file)
    let again = try TrainingRun(resuming: file, options: options) { _ in
      (WrittenCorpus(sequences: [ones]), [TokenSequence(ones)])
    }
    again.stoppedBy = [contradicting]
    let same = try again.run { _ in true }
    #expect(same.ending == .noLongerBetter)
    #expect(same.events == result.events && same.last == result.last)
  }

  @Test func stopsWhenTheTimeIsOver() throws {
    let result = try run(
      options {
        $0.passes = 1_000_000
        $0.seconds = 0
      }
    ).run { _ in true }
    #expect(result.ending == .time)
  }

  @Test func evaluatesAsOftenAsAsked() throws {
    let result = try run(options { $0.evaluationsPerPass = 2 }).run { _ in true }
    // The start, two of each pass, give or take a chunk.
    #expect((12...14).contains(result.history.count))
    let other = try run(options { $0.eventsPerEvaluation = 100 }).run { _ in true }
    #expect((6...10).contains(other.history.count))
  }

  @Test func anAnchorHoldsBack() throws {
    func way(_ strength: Float) throws -> Float {
      let start = Weights(shape: shape, seed: 1)
      let run = try run(
        options {
          $0.anchor = strength
          $0.dropout = 0
        })
      _ = try run.run { _ in true }
      return zip(run.parameters.values, start.values)
        .reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    #expect(try way(100) < way(0) / 2)
  }

  @Test func lowerLayersLearnMoreSlowly() throws {
    func ways(_ lowerRate: Float) throws -> [String: Float] {
      let start = Weights(shape: shape, seed: 1)
      let run = try run(
        options {
          $0.lowerRate = lowerRate
          $0.passes = 1
        })
      _ = try run.run { _ in true }
      let now = run.parameters.values
      return shape.offsets.mapValues { range in
        range.reduce(0) { max($0, abs(now[$1] - start.values[$1])) }
      }
    }
    let (frozen, slow, all) = (try ways(0), try ways(0.1), try ways(1))
    for name in ["embedding.weight", "lstm.weight_ih_l0", "lstm.bias_hh_l0"] {
      #expect(frozen[name] == 0)
      #expect(0 < slow[name]! && slow[name]! < all[name]! / 2)
    }
    for name in ["lstm.weight_ih_l1", "head.weight", "head.bias"] {
      #expect(frozen[name]! > 0)
    }
  }

  @Test func anEmptyCorpusIsRefused() {
    for sequences in [[], [[]], [[UInt16(1)]]] as [[[UInt16]]] {
      let error = #expect(throws: NetworkError.self) {
        try run(options(), corpus: WrittenCorpus(sequences: sequences))
      }
      #expect(error == .emptyCorpus)
    }
  }

  @Test func aDamagedOrForeignStateIsRefused() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "run")
    let path = file.path(percentEncoded: false)
    try run(options()).save(to: file)
    let good = try Data(contentsOf: file)
    var shapes: [NetworkShape] = []
    func message(_ data: Data, corpus: WrittenCorpus? = nil, lanes: Int = 2) throws -> String {
      try data.write(to: file)
      shapes = []
      do {
        _ = try TrainingRun(
          resuming: file, options: options { $0.lanes = lanes }
        ) { shape in
          shapes.append(shape)
          return (corpus ?? self.corpus, heldOut)
        }
        return "read"
      } catch {
        return String(describing: error).replacing(
          "cannot go on with the training in \(path): ", with: "")
      }
    }
    #expect(try message(good) == "read")
    #expect(shapes == [shape])
    #expect(try message(good, lanes: 3) == "it has 2 lanes of 8 events")
    #expect(
      try message(good, corpus: WrittenCorpus(sequences: [[1, 2]]))
        == "it was trained on 4 takes, and there are 1")
    #expect(try message(good.dropLast(4)) == "it is damaged")
    #expect(shapes.isEmpty, "nobody is asked for what an unsound file would go on with")
    #expect(try message(good + [0, 0, 0, 0]) == "it is damaged")
    #expect(try message(Data(good.prefix(7))) == "it is no training state of this version")
    var huge = good
    huge.replaceSubrange(8..<16, with: Array(repeating: 0xFF, count: 8))
    #expect(try message(huge) == "it is damaged")
    // Numbers in the header that would lead beyond the corpus or the memory.
    let text = String(decoding: good, as: UTF8.self)
    for (one, other) in [
      (#""hidden":16"#, #""hidden":-9"#), (#""hidden":16"#, #""hidden":99"#),
      (#""layers":2"#, #""layers":0"#), (#""taken":0"#, #""taken":9"#),
      (#""vocabulary":11"#, #""vocabulary":-1"#),
    ] {
      try #require(text.contains(one))
      let range = try #require(good.range(of: Data(one.utf8)))
      var bad = good
      bad.replaceSubrange(range, with: other.utf8)
      #expect(try message(bad) != "read", "\(other)")
    }
  }
}
