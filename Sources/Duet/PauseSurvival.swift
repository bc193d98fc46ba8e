import Foundation
import Performance

/// How likely a model finds it that a silence lasts this long: the probability that its player would not have
/// gone on by now.
///
/// A silence is a chain of time-shifts: within a second it is the probability of all longer ones, and beyond it
/// the product over the whole seconds. With a survival function S, the player has gone on by a time t with
/// probability 1 − S(t). Source: Cox and Oakes, "Analysis of Survival Data", 1984, chapter 2.
package struct PauseSurvival: Sendable {
  /// The probability of having come to the last token, since the silence began.
  private var survived = 1.0
  /// The probability of a silence that is longer than each number of steps, `[101]`, from the last token on.
  private var longer = Array(repeating: 1.0, count: Vocabulary.longestShift + 1)
  private var isOver = true

  /// No silence.
  package init() {}

  /// A silence begins, of which the last token is known to be all of its step.
  ///
  /// - Parameter logits: What the model expects now, `[388]`.
  package mutating func begin(_ logits: [Float]) {
    survived = 1
    isOver = false
    let shares = Self.shares(logits)
    let all = shares.reduce(0, +)
    fill(shares, all)
  }

  /// A whole second of silence has passed.
  ///
  /// - Parameter logits: What the model expects after its time-shift, `[388]`.
  package mutating func pass(_ logits: [Float]) {
    survived *= longer[Vocabulary.longestShift - 1]
    // What is not a time-shift would begin now.
    let highest = logits.max() ?? 0
    let whole = logits.reduce(0.0) { $0 + exp(Double($1 - highest)) }
    let shares = Self.shares(logits, highest)
    fill(shares, whole)
  }

  /// Something was played.
  package mutating func end() { isOver = true }

  /// The probability of a silence longer than `steps` of 10 ms since the last token, 0 to 100; 1 when there is
  /// none.
  package func probability(after steps: Int) -> Double {
    isOver ? 1 : survived * longer[max(0, min(steps, Vocabulary.longestShift - 1))]
  }

  /// The unnormalised probabilities of the time-shifts of 1…100 steps.
  private static func shares(_ logits: [Float], _ highest: Float? = nil) -> [Double] {
    let shifts = logits[Vocabulary.firstTimeShift..<Vocabulary.firstVelocity]
    let highest = highest ?? shifts.max() ?? 0
    return shifts.map { exp(Double($0 - highest)) }
  }

  private mutating func fill(_ shares: [Double], _ whole: Double) {
    // A time-shift of k steps means that something comes after k, a whole second that nothing has come yet.
    var left = shares.reduce(0, +)
    for step in 0...Vocabulary.longestShift {
      longer[step] = max(0, left) / max(1e-300, whole)
      if step < Vocabulary.longestShift - 1 { left -= shares[step] }
    }
  }
}
