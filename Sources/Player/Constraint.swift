package import Performance

/// What one stream may play: which events can come next, which are wished for, and how well what it has
/// played fits.
///
/// Several stack: an event must be allowed by all of them, their biases add up, and so do the logarithms of
/// the weights that they give a stream. A constraint is a value: the copy of a stream has its own.
package protocol Constraint: Sendable {
  /// Goes on by an event that the stream has played or heard.
  mutating func advance(_ token: UInt16)

  /// Takes away from `mask`, `[V]`, the events that may not come next; never gives any back.
  func allow(_ mask: inout [Bool])

  /// Whether ``bias(_:)`` can ever change anything, asked once when streams begin: where no constraint does,
  /// logits are not copied.
  var isBiased: Bool { get }

  /// Adds to the logits, `[V]`, before they are divided by the temperature; −∞ rules an event out.
  func bias(_ logits: inout [Float])

  /// The logarithm of the weight that the constraint gives the stream for all that it has played so far; 0 at
  /// the beginning, −∞ for a stream that has broken it for good.
  var logWeight: Float { get }
}

extension Constraint {
  /// Nothing is wished for.
  package var isBiased: Bool { false }

  /// Leaves the logits as they are.
  package func bias(_ logits: inout [Float]) {}

  /// All that is played fits equally.
  package var logWeight: Float { 0 }
}

/// The first constraint of every take: what a hand can play.
extension Grammar: Constraint {}
