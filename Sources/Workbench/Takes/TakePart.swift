import Library

/// A part of a take, in seconds since it began.
public struct TakePart: Hashable, Sendable {
  /// Where it begins; `nil` for the beginning of the take.
  public var from: Double?
  /// Where it ends; `nil` for the end of the take.
  public var until: Double?

  /// The part between two moments; all of the take without them.
  public init(from: Double? = nil, until: Double? = nil) {
    self.from = from
    self.until = until
  }

  /// A phrase, in nanoseconds since the take began.
  init(_ phrase: Range<Int64>) {
    self.init(from: Double(phrase.lowerBound) / 1e9, until: Double(phrase.upperBound) / 1e9)
  }

  /// Whether it is all of the take.
  var isWhole: Bool { from == nil && until == nil }

  /// Where it lies in a take, in nanoseconds.
  ///
  /// - Parameter verb: What is to be done with it: "keep".
  /// - Throws: ``WorkbenchError/badPart(doing:take:from:until:length:)``.
  func range(in take: TakeSummary, doing verb: String) throws -> Range<Int64> {
    let length = Double(take.nanoseconds) / 1e9
    let (from, until) = (from ?? 0, until ?? length)
    // A musician reads "2:04" of a take that is 2:03.6 long; that is its end.
    guard from >= 0, from < min(until, length), until < length + 1 else {
      throw WorkbenchError.badPart(
        doing: verb, take: take.number, from: from, until: until, length: length)
    }
    return Int64(from * 1e9)..<min(Int64(until * 1e9), take.nanoseconds)
  }
}
