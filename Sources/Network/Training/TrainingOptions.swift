/// How a network is trained; lengths are in passes over the corpus.
public struct TrainingOptions: Hashable, Codable, Sendable {
  /// Passes (epochs) over the corpus at most.
  public var passes = 10
  /// Sequences that are read side by side, the batch size `N`.
  public var lanes = 8
  /// Events of each lane between two updates, `T`: the length of truncated back-propagation.
  public var steps = 128
  /// The learning rate at the end of the warm-up; it falls along a cosine from there.
  public var learningRate: Float = 1e-3
  /// The fraction of the learning rate that is left at the end.
  public var lastRate: Float = 0.1
  /// Each layer's learning rate as a fraction of that of the layer above, 0…1: 1 for equal rates, 0 to
  /// train the top layer alone.
  public var lowerRate: Float = 1
  /// The fraction of training that is warm-up.
  public var warmUp: Float = 0.05
  /// Weight decay, per unit of learning rate.
  public var weightDecay: Float = 0
  /// Gradient clipping: the largest global norm, to which larger gradients are scaled down.
  public var clip: Float = 1
  /// The dropout rate, 0 ≤ p < 1.
  public var dropout: Float = 0.2
  /// The pull toward the anchor weights, per unit of learning rate.
  public var anchor: Float = 0.01
  /// The decay d of the exponential moving average of the weights, 0 ≤ d < 1; 0 for no average.
  ///
  /// If there is an average, it is what is evaluated and kept. In the first updates it follows faster:
  /// at update n, d is at most (1 + n) / (10 + n).
  public var averaging: Float = 0
  /// Evaluations in each pass.
  public var evaluationsPerPass = 2
  /// Events between two evaluations, instead of ``evaluationsPerPass``; for a corpus of which one
  /// pass takes hours.
  public var eventsPerEvaluation: Int?
  /// Early stopping: evaluations without improvement after which training stops.
  public var patience = 5
  /// Seconds after which training stops; the learning rate's schedule is fitted to them when they are fewer
  /// than the passes need.
  public var seconds: Double?
  /// The precision of the arithmetic.
  public var precision = Precision.best
  /// The seed of shuffling and dropout.
  public var seed: UInt64 = 1

  /// The default options.
  public init() {}
}

/// How far training has come.
public struct TrainingProgress: Hashable, Sendable {
  /// The pass over the corpus, from 0.
  public var pass: Int
  /// Events trained on.
  public var events: Int
  /// Events that had been trained on before this run resumed a saved one.
  public var eventsBefore: Int
  /// An estimate of the events that the passes or the time allow.
  public var totalEvents: Int
  /// Mean training loss in nats per event, with weights that decay by 2 % at each update; `nil` before the
  /// first update.
  public var loss: Double?
  /// Held-out nats per event before training; `nil` with nothing held out.
  public var startNLL: Double?
  /// The best held-out nats per event so far.
  public var bestNLL: Double?
  /// All evaluations so far, oldest first.
  public var history: [TrainingResult.Evaluation]
  /// Seconds spent training and evaluating in this run.
  public var trainingSeconds: Double
}

/// The result of training.
public struct TrainingResult: Sendable {
  /// Why it ended.
  public enum Ending: String, Codable, Sendable {
    /// All passes were made.
    case passes
    /// Early stopping: the evaluations no longer improved.
    case noLongerBetter
    /// The time was over.
    case time
    /// The progress callback returned false.
    case stopped

    /// Whether the run can be resumed.
    public var isUnfinished: Bool { self == .time || self == .stopped }
  }

  /// One evaluation.
  public struct Evaluation: Hashable, Codable, Sendable {
    /// Events trained on until then.
    public var events: Int
    /// Held-out nats per event.
    public var nll: Double
    /// Training loss since the previous evaluation, in nats per event.
    public var loss: Double?
  }

  /// The weights with the best held-out result; the last ones when nothing is held out.
  public var best: Weights
  /// The last weights.
  public var last: Weights
  /// Where ``best`` lies between the weights that training started from, 0, and the trained ones, 1; above 1
  /// it is extrapolated. `nil` when that was not chosen.
  public var share: Double?
  /// Held-out nats per event before training.
  public var startNLL: Double?
  /// Held-out nats per event of ``best``.
  public var bestNLL: Double?
  /// All evaluations, oldest first.
  public var history: [Evaluation]
  /// Events trained on, including those before this run resumed a saved one.
  public var events: Int
  /// Events that had been trained on before this run resumed a saved one.
  public var eventsBefore: Int
  /// Passes made, fractional.
  public var passes: Double
  /// Seconds spent training in this run, evaluations not counted.
  public var seconds: Double
  /// Why it ended.
  public var ending: Ending

  /// Events per second in this run.
  public var eventsPerSecond: Double { Double(events - eventsBefore) / max(0.001, seconds) }
}
