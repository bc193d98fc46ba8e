/// The progress of long work.
public struct WorkProgress: Hashable, Sendable {
  /// The activity as a present participle: "importing".
  public var activity: String
  /// The amount done, in `unit`.
  public var done: Double
  /// The part of `done` that an earlier run had done, in `unit`.
  public var doneBefore: Double
  /// The total amount, in `unit`; `nil` when it is unknown.
  public var total: Double?
  /// The unit of `done` and `total`, in the plural: "events".
  public var unit: String
  /// Seconds since the work began.
  public var seconds: Double
  /// Further information to show: "held-out 2.812".
  public var detail: String
  /// The measurements so far of a value to plot, such as the held-out nats per event of a tuning; empty if
  /// there is none.
  public var curve: [Double]

  /// Progress with these values.
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

  /// Units per second in this run; `nil` in its first moments.
  public var rate: Double? {
    seconds > 0.2 && done > doneBefore ? (done - doneBefore) / seconds : nil
  }

  /// The estimated seconds left at the current rate; `nil` when unknown.
  public var secondsLeft: Double? {
    guard let rate, let total, total > done else { return nil }
    return (total - done) / rate
  }
}

/// Receives progress, and returns whether the work should continue.
public typealias ProgressHandler = @Sendable (WorkProgress) -> Bool
