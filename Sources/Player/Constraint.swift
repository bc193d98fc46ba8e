package import Performance

/// A constraint on what one stream plays: it masks events, biases the logits, and weights the stream by how
/// well it fits.
///
/// Several combine: an event must be allowed by all of them, and their biases and their log weights add up.
/// A constraint has value semantics: the copy of a stream has its own.
package protocol Constraint: Sendable {
  /// Advances by an event that the stream has drawn or was given.
  mutating func advance(_ token: UInt16)

  /// Sets to false in `mask`, `[V]`, the events that may not come next; never sets any to true.
  func allow(_ mask: inout [Bool])

  /// Whether ``bias(_:)`` can ever change anything. Read once when streams begin: if no constraint is biased,
  /// logits are not copied.
  var isBiased: Bool { get }

  /// Adds to the logits, `[V]`, before they are divided by the temperature; −∞ rules an event out.
  func bias(_ logits: inout [Float])

  /// The event that comes next whatever the model thinks of it, such as a note of a given line; `nil` where
  /// the stream draws. It need not be allowed. If several constraints give one, the first does.
  var given: UInt16? { get }

  /// The logarithm of the weight that the constraint gives the stream for everything that it has played; 0 at
  /// the beginning, −∞ for a stream that has violated it for good.
  var logWeight: Float { get }

  /// How many musical boundaries the stream has passed, from 0 on and never fewer than before; `nil` where the
  /// constraint knows none, and two seconds of music are one. At boundaries streams are compared.
  var boundariesPassed: Int? { get }

  /// Whether the take is over as far as the constraint is concerned, as after a score's last note. From then
  /// on no note begins, and those that sound end.
  var isFinished: Bool { get }
}

extension Constraint {
  /// By default false.
  package var isBiased: Bool { false }

  /// By default leaves the logits unchanged.
  package func bias(_ logits: inout [Float]) {}

  /// By default none.
  package var given: UInt16? { nil }

  /// By default 0: everything fits equally well.
  package var logWeight: Float { 0 }

  /// By default none are known.
  package var boundariesPassed: Int? { nil }

  /// By default false: the take's length alone counts.
  package var isFinished: Bool { false }
}

/// The first constraint of every take: which events are possible after those so far.
extension Grammar: Constraint {}
