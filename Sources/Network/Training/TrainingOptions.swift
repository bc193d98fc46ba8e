/// How a network is trained; lengths are in passes over the corpus.
public struct TrainingOptions: Hashable, Codable, Sendable {
  /// Passes over the corpus at most.
  public var passes = 10
  /// Sequences that are read side by side, `N`.
  public var lanes = 8
  /// Events between two updates in each lane, `T`.
  public var steps = 128
  /// The learning rate at the end of the warm-up; it falls along a cosine from there.
  public var learningRate: Float = 1e-3
  /// The share of the learning rate that is left at the end.
  public var lastRate: Float = 0.1
  /// What each layer has of the learning rate of the layer above, 0…1: 1 for all the same, 0 for
  /// the top layer alone.
  public var lowerRate: Float = 1
  /// The share of training that warms up from zero.
  public var warmUp: Float = 0.05
  /// Decay toward zero, per unit of learning rate.
  public var weightDecay: Float = 0
  /// The longest gradient; longer ones are scaled down to it.
  public var clip: Float = 1
  /// The share of each layer's outputs that is left out, 0 ≤ p < 1.
  public var dropout: Float = 0.2
  /// The pull to the anchor's weights, per unit of learning rate.
  public var anchor: Float = 0.01
  /// How slowly the running average of the weights follows them, 0 ≤ d < 1; 0 takes no average.
  ///
  /// With an average, it is what is evaluated and kept. In the first updates it follows faster:
  /// d is (1 + n) / (10 + n) after n of them where that is less.
  public var averaging: Float = 0
  /// Evaluations in each pass.
  public var evaluationsPerPass = 2
  /// Events between two evaluations, instead of ``evaluationsPerPass``; for a corpus of which one
  /// pass takes hours.
  public var eventsPerEvaluation: Int?
  /// Evaluations without a better result after which training stops.
  public var patience = 5
  /// Seconds of training after which it stops; the learning rate's way is fitted to them when they
  /// are fewer than the passes need.
  public var seconds: Double?
  /// The arithmetic.
  public var precision = Precision.best
  /// The seed of the shuffle and of dropout.
  public var seed: UInt64 = 1

  /// The defaults.
  public init() {}
}

/// How far training has come.
public struct TrainingProgress: Hashable, Sendable {
  /// The pass over the corpus, from 0.
  public var pass: Int
  /// Events trained on.
  public var events: Int
  /// Events of those that were trained on before this run, which went on from them.
  public var eventsBefore: Int
  /// Events that the passes or the time allow, as far as can be told.
  public var totalEvents: Int
  /// Mean loss in nats per event since the last report but one; `nil` before the first update.
  public var loss: Double?
  /// Held-out nats per event before training; `nil` with nothing held out.
  public var startNLL: Double?
  /// The best since.
  public var bestNLL: Double?
  /// All evaluations so far, oldest first.
  public var history: [TrainingResult.Evaluation]
  /// Seconds spent training and evaluating in this run.
  public var trainingSeconds: Double
}

/// What training gave.
public struct TrainingResult: Sendable {
  /// Why it ended.
  public enum Ending: String, Codable, Sendable {
    /// All passes were made.
    case passes
    /// The held-out sequences stopped getting better.
    case noLongerBetter
    /// The time was over.
    case time
    /// The progress callback said stop.
    case stopped

    /// Whether it can be gone on with.
    public var isUnfinished: Bool { self == .time || self == .stopped }
  }

  /// One evaluation.
  public struct Evaluation: Hashable, Codable, Sendable {
    /// Events trained on until then.
    public var events: Int
    /// Held-out nats per event.
    public var nll: Double
    /// Training loss since the evaluation before, in nats per event.
    public var loss: Double?
  }

  /// The weights with the best held-out result; the last ones with nothing held out.
  public var best: Weights
  /// The last weights.
  public var last: Weights
  /// How far ``best`` lies on the way from where training started to where it led, 0…1; `nil` when that
  /// was not asked.
  public var share: Double?
  /// Held-out nats per event before training.
  public var startNLL: Double?
  /// Held-out nats per event of ``best``.
  public var bestNLL: Double?
  /// All evaluations, oldest first.
  public var history: [Evaluation]
  /// Events trained on, all runs together.
  public var events: Int
  /// Events of those that were trained on before this run.
  public var eventsBefore: Int
  /// Passes made, the last one in part.
  public var passes: Double
  /// Seconds spent training in this run, evaluations not counted.
  public var seconds: Double
  /// Why it ended.
  public var ending: Ending

  /// Events a second in this run.
  public var eventsPerSecond: Double { Double(events - eventsBefore) / max(0.001, seconds) }
}
