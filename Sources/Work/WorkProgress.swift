/// How far a long piece of work has come.
public struct WorkProgress: Hashable, Sendable {
  /// What is being done, as a present participle: "importing".
  public var activity: String
  /// What is done, in `unit`.
  public var done: Double
  /// What of that an earlier run had done, in `unit`.
  public var doneBefore: Double
  /// What there is to do in all, in `unit`; `nil` when nobody knows.
  public var total: Double?
  /// What `done` and `total` count, in the plural: "events".
  public var unit: String
  /// Seconds since the work began.
  public var seconds: Double
  /// What else is worth a glance: "held-out 2.812".
  public var detail: String
  /// A number that is watched while the work goes on, from its first measurement on, such as the
  /// held-out nats per event of a tuning; empty where there is none.
  public var curve: [Double]

  /// Work of which `done` is done after so many seconds.
  public init(
    activity: String, done: Double, doneBefore: Double = 0, total: Double?, unit: String,
    seconds: Double, detail: String = "", curve: [Double] = []
  ) {
    self.activity = activity
    self.done = done
    self.doneBefore = doneBefore
    self.total = total
    self.unit = unit
    self.seconds = seconds
    self.detail = detail
    self.curve = curve
  }

  /// Units a second since the work began; `nil` in its first moments.
  public var rate: Double? {
    seconds > 0.2 && done > doneBefore ? (done - doneBefore) / seconds : nil
  }

  /// Seconds that are left at the present rate; `nil` when that cannot be told.
  public var secondsLeft: Double? {
    guard let rate, let total, total > done else { return nil }
    return (total - done) / rate
  }
}

/// Takes note of progress, and says whether the work should go on.
public typealias ProgressHandler = @Sendable (WorkProgress) -> Bool
