public import Foundation

/// A training run of a network: updates, evaluations and early stopping; it keeps the best weights.
///
/// The same start, corpus, options and seed on the same machine give the same weights, even if the run was
/// stopped, saved and resumed.
public final class TrainingRun {
  let corpus: any TrainingCorpus
  let heldOut: [TokenSequence]
  var options: TrainingOptions
  let shape: NetworkShape

  let stack: LSTMStack
  let parameters: FloatBuffer
  /// The anchor weights; `nil` for none.
  let anchor: [Float]?
  /// The running average of the weights; `nil` for none.
  let average: FloatBuffer?
  var optimiser: AdamW
  var batcher: LaneBatcher
  var random: SeededGenerator

  /// What a resumed run needs besides weights, optimiser and position.
  struct Counters: Codable, Hashable {
    var events = 0
    /// Events trained on when the next evaluation is due.
    var nextEvaluation = 0
    var evaluationsWithoutGain = 0
    var startNLL: Double?
    var bestNLL: Double?
    /// The best result on ``TrainingRun/stoppedBy``.
    var bestStopping: Double?
    var history: [TrainingResult.Evaluation] = []
    /// Sum of losses and events since the last evaluation.
    var lossSum = 0.0
    var lossEvents = 0
    /// Events of one pass, counted in the first.
    var eventsPerPass = 0
  }
  var counters = Counters()
  var best: [Float]

  /// Sequences that early stopping evaluates instead of the held-out ones; empty to use the held-out ones.
  /// Set the same ones again on a resumed run.
  public var stoppedBy: [TokenSequence] = []

  /// Called at each evaluation with the weights and the number of events that they were trained on.
  public var onEvaluation: ((_ weights: Weights, _ events: Int) -> Void)?

  /// A run from `start`.
  ///
  /// - Parameters:
  ///   - start: The weights to begin with.
  ///   - anchor: The weights to pull toward; `nil` for none.
  ///   - corpus: The training set.
  ///   - heldOut: The held-out set, which decides early stopping and the best weights.
  ///   - options: The options.
  /// - Throws: ``NetworkError``; ``NetworkError/emptyCorpus`` when no sequence has two tokens,
  ///   ``NetworkError/context(needed:given:)`` when the context of a sequence does not fit the network.
  public convenience init(
    start: Weights, anchor: Weights?, corpus: any TrainingCorpus, heldOut: [TokenSequence],
    options: TrainingOptions
  ) throws {
    let eventsPerPass = try Self.eventsOfPass(of: corpus, for: start.shape)
    guard eventsPerPass > 0 else { throw NetworkError.emptyCorpus }
    try self.init(
      shape: start.shape, parameters: FloatBuffer(start.values), best: start.values,
      anchor: anchor?.values, corpus: corpus, heldOut: heldOut, options: options, position: nil)
    counters.eventsPerPass = eventsPerPass
  }

  init(
    shape: NetworkShape, parameters: FloatBuffer, best: [Float], anchor: [Float]?,
    corpus: any TrainingCorpus, heldOut: [TokenSequence], options: TrainingOptions,
    position: LaneBatcher.Position?
  ) throws {
    for sequence in heldOut { try shape.check(sequence) }
    self.shape = shape
    self.parameters = parameters
    self.anchor = anchor
    self.corpus = corpus
    self.heldOut = heldOut.filter { $0.tokens.count > 1 }
    self.options = options
    stack = try LSTMStack(
      shape: shape, steps: options.steps, lanes: options.lanes, training: true,
      parameters: parameters, precision: options.precision)
    average = options.averaging > 0 ? FloatBuffer(count: parameters.count) : nil
    average?.copy(from: parameters)
    optimiser = AdamW(
      count: shape.parameterCount, parts: shape.learningRateShares(lower: options.lowerRate))
    batcher = try LaneBatcher(
      corpus, lanes: options.lanes, steps: options.steps, passes: options.passes,
      seed: options.seed, telling: shape, from: position)
    // A stream number that no pass's shuffle uses.
    random = SeededGenerator(seed: options.seed, stream: 1 << 40)
    self.best = best
  }

  /// Counts the events of the first pass, and checks its sequences' contexts against `shape`.
  private static func eventsOfPass(
    of corpus: any TrainingCorpus, for shape: NetworkShape
  ) throws -> Int {
    try (0..<corpus.count).reduce(0) { events, index in
      let sequence = corpus.sequence(at: index, pass: 0)
      try shape.check(sequence)
      return events + max(0, sequence.tokens.count - 1)
    }
  }

  /// Trains until the passes or the time are over, it stops early, or `progress` stops it.
  ///
  /// - Parameters:
  ///   - file: Where the run is saved every minute, so that a power cut loses no more than that;
  ///     `nil` for nowhere.
  ///   - progress: Called after each update; returns false to stop.
  /// - Throws: ``NetworkError``; ``CheckpointError`` when it cannot be saved.
  public func run(savingTo file: URL? = nil, progress: (TrainingProgress) -> Bool) throws
    -> TrainingResult
  {
    let clock = ContinuousClock()
    let start = clock.now
    var evaluating = Duration.zero
    func seconds() -> Double { (clock.now - start) / .seconds(1) }
    func trainingSeconds() -> Double { (clock.now - start - evaluating) / .seconds(1) }
    let eventsBefore = counters.events

    func evaluate() throws -> Bool {
      let before = clock.now
      defer { evaluating += clock.now - before }
      return try judge()
    }
    if counters.nextEvaluation == 0 { _ = try evaluate() }

    // A resumed run that had already stopped early ends at once.
    var ending: TrainingResult.Ending = goesOn ? .passes : .noLongerBetter
    var recent: (sum: Double, events: Int) = (0, 0)
    var lastSaved = start
    while ending == .passes, let chunk = try batcher.next() {
      let loss = try update(on: chunk, learningRate: learningRate(seconds: seconds()))
      recent = (recent.sum * 0.98 + loss.nats, Int(Double(recent.events) * 0.98) + chunk.events)
      if counters.events >= counters.nextEvaluation, try !evaluate() {
        ending = .noLongerBetter
        break
      }
      let isWanted = progress(
        TrainingProgress(
          pass: min(options.passes - 1, counters.events / max(1, counters.eventsPerPass)),
          events: counters.events,
          eventsBefore: eventsBefore,
          totalEvents: totalEvents(
            rate: Double(counters.events - eventsBefore) / max(0.001, seconds())),
          loss: recent.events > 0 ? recent.sum / Double(recent.events) : nil,
          startNLL: counters.startNLL, bestNLL: counters.bestNLL, history: counters.history,
          trainingSeconds: seconds()))
      guard isWanted else {
        ending = .stopped
        break
      }
      if let limit = options.seconds, seconds() >= limit {
        ending = .time
        break
      }
      if let file, clock.now - lastSaved > .seconds(60) {
        try save(to: file)
        lastSaved = clock.now
      }
    }
    // The evaluation after a stop must leave no trace in the state that is saved: a resumed run would
    // otherwise differ from one that was never stopped.
    let stopped = counters
    let before = ending.isUnfinished ? best : nil
    if ending != .noLongerBetter, counters.lossEvents > 0 { _ = try evaluate() }
    let weights = heldOut.isEmpty ? (average ?? parameters).values : best
    if let before { best = before }
    let last = counters
    if ending.isUnfinished { counters = stopped }
    return TrainingResult(
      best: Weights(shape: shape, values: weights),
      last: Weights(
        shape: shape, values: heldOut.isEmpty ? weights : (average ?? parameters).values),
      startNLL: last.startNLL, bestNLL: last.bestNLL, history: last.history,
      events: counters.events,
      eventsBefore: eventsBefore,
      passes: Double(counters.events) / Double(max(1, counters.eventsPerPass)),
      seconds: trainingSeconds(), ending: ending)
  }

  /// Makes one update; returns the chunk's summed loss.
  @discardableResult
  func update(on chunk: Chunk, learningRate: Float) throws -> (nats: Double, events: Int) {
    for lane in chunk.resets { stack.reset(lane: lane) }
    let total = chunk.weights.reduce(0, +)
    guard total > 0 else { return (0, 0) }
    try stack.runForward(
      chunk.inputs, context: chunk.context, dropout: options.dropout, random: &random)
    let losses = CrossEntropy.run(
      stack.logits, vocabulary: shape.vocabulary, targets: chunk.targets,
      gradientWeights: chunk.weights.map { $0 / total })
    // Only now: the backward pass reads the state before the chunk.
    try stack.runBackward()
    stack.carry()
    _ = optimiser.update(
      parameters, by: stack.gradients, learningRate: learningRate,
      weightDecay: options.weightDecay, clip: options.clip, anchor: anchor,
      anchorStrength: options.anchor, average: average, follow: follow)
    try stack.refresh()
    let nats = losses.reduce(0.0) { $0 + Double($1) }
    counters.events += chunk.events
    counters.lossSum += nats
    counters.lossEvents += chunk.events
    return (nats, chunk.events)
  }

  /// The fraction by which the running average moves toward the weights at the next update.
  private var follow: Float {
    let updates = Float(optimiser.step + 1)
    return 1 - min(options.averaging, (1 + updates) / (10 + updates))
  }

  /// Evaluates the held-out sequences and those of ``stoppedBy``, keeps the weights if they are the best so
  /// far, and returns whether training should continue.
  private func judge() throws -> Bool {
    let interval =
      options.eventsPerEvaluation
      ?? max(1, counters.eventsPerPass / max(1, options.evaluationsPerPass))
    counters.nextEvaluation = counters.events + interval
    guard !heldOut.isEmpty || !stoppedBy.isEmpty || onEvaluation != nil else { return true }
    let weights = average ?? parameters
    onEvaluation?(Weights(shape: shape, values: weights.values), counters.events)
    let evaluator = try Evaluator(weights, of: shape, precision: options.precision)
    if !stoppedBy.isEmpty {
      let nll = try evaluator.nll(of: stoppedBy)
      count(isBetter: nll < counters.bestStopping ?? .infinity)
      counters.bestStopping = min(nll, counters.bestStopping ?? .infinity)
    }
    guard !heldOut.isEmpty else { return goesOn }
    let nll = try evaluator.nll(of: heldOut)
    let loss =
      counters.lossEvents > 0 ? counters.lossSum / Double(counters.lossEvents) : nil
    counters.history.append(.init(events: counters.events, nll: nll, loss: loss))
    counters.lossSum = 0
    counters.lossEvents = 0
    if counters.startNLL == nil { counters.startNLL = nll }
    let isBetter = nll < counters.bestNLL ?? .infinity
    if isBetter {
      counters.bestNLL = nll
      weights.copy(to: &best)
    }
    if stoppedBy.isEmpty { count(isBetter: isBetter) }
    return goesOn
  }

  private func count(isBetter: Bool) {
    counters.evaluationsWithoutGain = isBetter ? 0 : counters.evaluationsWithoutGain + 1
  }

  private var goesOn: Bool { counters.evaluationsWithoutGain < options.patience }

  /// The learning rate: a linear warm-up, then a cosine.
  ///
  /// Progress, 0…1, is that of events against the passes, or that of time against its limit if further.
  private func learningRate(seconds: Double) -> Float {
    let byEvents =
      Double(counters.events) / Double(max(1, counters.eventsPerPass * options.passes))
    let byTime = options.seconds.map { seconds / max(1e-9, $0) } ?? 0
    let done = Float(min(1, max(byEvents, byTime)))
    guard done >= options.warmUp else {
      return options.learningRate * max(0.02, done / max(1e-6, options.warmUp))
    }
    let fall = (done - options.warmUp) / max(1e-6, 1 - options.warmUp)
    return options.learningRate
      * (options.lastRate + (1 - options.lastRate) * 0.5 * (1 + cos(.pi * fall)))
  }

  private func totalEvents(rate: Double) -> Int {
    let byPasses = counters.eventsPerPass * options.passes
    guard let limit = options.seconds, rate > 0 else { return byPasses }
    return min(byPasses, max(counters.events, Int(rate * limit)))
  }
}
