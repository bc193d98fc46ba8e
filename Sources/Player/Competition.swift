package import MIDI

/// How the streams of an island compete for their take.
///
/// At a musical boundary that all of them have passed, if their weights are so unequal that fewer than half
/// of them count, they are drawn anew in proportion to their weights (systematic resampling). So the takes
/// follow the model's distribution times the weights, the better the more streams there are (a particle
/// filter: Doucet and Johansen, "A tutorial on particle filtering and smoothing", 2009).
package struct Competition: Sendable {
  /// What a stream had played when it passed a boundary.
  package struct Prefix: Sendable {
    /// Its notes; those that sounded end with the prefix.
    package var notes: [Note]
    /// The number of boundaries passed, from 1 on; `nil` for a stream whose take is complete.
    package var boundary: Int?
  }

  /// How many streams there are a take; with 1 there is no competition.
  package var streamsPerTake: Int
  /// Streams are drawn anew when the effective sample size is less than this share of them, 0…1.
  package var threshold = 0.5
  /// The exponent of the probability mass that masks have left; 0 does not count it. With 1, a stream weighs
  /// as much as the model gives to what it was forced to.
  package var massExponent: Float = 0
  /// The exponent of what biases add to that mass. With 0, biases only make some streams likelier to be tried.
  /// With 1, the exponentials of the biases are factors of the distribution that takes are drawn from, as a
  /// prior is.
  package var biasExponent: Float = 0
  /// The exponent of the probability of the events that were given instead of drawn.
  package var givenExponent: Float = 0
  /// Judges what streams of one or several islands have played: a log weight each, of all of it.
  package var judge: (@Sendable ([Prefix]) throws -> [Float])?

  /// A stream a take, and no competition.
  package static let none = Competition(streamsPerTake: 1)

  /// A competition by the constraints' weights.
  package init(streamsPerTake: Int = 8) {
    precondition(streamsPerTake >= 1, "got \(streamsPerTake)")
    self.streamsPerTake = streamsPerTake
  }
}
